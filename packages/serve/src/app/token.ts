import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { RequestError } from "../errors.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered without a token. */
    open?: boolean;
  }
}

/** Require `Authorization: Bearer <token>` of every route that is not open, and of paths that do not exist. */
export function requireToken(app: FastifyInstance, token: string): void {
  // Digests are of one length, so that neither the time nor an error tells how long the token is.
  const expected = digest(token);
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config?.open) return;
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
    throw new RequestError(401, "a token is needed: Authorization: Bearer <token>", {
      "www-authenticate": 'Bearer realm="vaekit"',
    });
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
