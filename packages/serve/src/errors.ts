import { VaekitError } from "@vaekit/infer";

/** An answer other than 2xx: its status, and in the message why. */
export class RequestError extends VaekitError {
  override readonly name: string = "RequestError";
  override readonly code = "REQUEST";

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** 400: the request is not what the call takes. */
export function badRequest(message: string): RequestError {
  return new RequestError(400, message);
}

/** The client went away; whatever is answered, nobody reads it. */
export class AbandonedError extends VaekitError {
  override readonly name: string = "AbandonedError";
  override readonly code = "ABANDONED";

  constructor() {
    super("the client closed the connection");
  }
}
