import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { badRequest, RequestError } from "../errors.js";

const inflaters: Readonly<
  Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>
> = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/** Every body arrives as bytes, whatever its type says; a compressed one is unpacked, within the same limit. */
export function acceptBodies(app: FastifyInstance, limit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "*",
    { parseAs: "buffer", bodyLimit: limit },
    async (request: FastifyRequest, body: Buffer) => {
      const encoding = request.headers["content-encoding"]?.toLowerCase();
      if (encoding === undefined || encoding === "identity") return body;
      if (!Object.hasOwn(inflaters, encoding)) {
        throw new RequestError(415, "Content-Encoding must be gzip or deflate, or be left out");
      }
      try {
        return await inflaters[encoding]!(body, { maxOutputLength: limit });
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ERR_BUFFER_TOO_LARGE") {
          throw new RequestError(413, `the unpacked body is larger than the limit of ${limit} bytes`);
        }
        throw badRequest(`the body is no ${encoding} data, as Content-Encoding says (${code})`);
      }
    },
  );
}

/** The bytes of a body; none where there is no body. */
export function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array(0);
}
