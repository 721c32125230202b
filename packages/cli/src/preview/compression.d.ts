declare module "compression" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  interface Options {
    filter?: (request: IncomingMessage, response: ServerResponse) => boolean;
  }
  /** Bodies are compressed as the client takes them. */
  export default function compression(
    options?: Options,
  ): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}
