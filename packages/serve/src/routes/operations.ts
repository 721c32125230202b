import type { FastifyInstance } from "fastify";
import type { Metrics } from "../metrics.js";

/** GET /metrics in Prometheus's text format, and what it counts of every request. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    const route = routeOptions.url ?? "none";
    metrics.requests.inc({ method, route, status: statusCode });
    metrics.seconds.observe({ route }, elapsedTime / 1e3);
  });
  app.get("/metrics", { schema: { hide: true } }, async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
