import type { FastifyInstance } from "fastify";
import { RequestError } from "../errors.js";

const all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/**
 * Answer 405 to methods that a route there is does not take. Call it before the routes are added, and what it returns
 * after.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      // The page's own files.
      if (url.startsWith("/docs")) continue;
      const allow = [...methods].join(", ");
      app.route({
        method: all.filter((method) => !methods.has(method)),
        url,
        schema: { hide: true },
        onRequest: async (request) => {
          const path = request.url.slice(0, 200);
          throw new RequestError(405, `${path} takes ${allow}, not ${request.method}`, { allow });
        },
        handler: () => {},
      });
    }
  };
}
