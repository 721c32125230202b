import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Admission } from "./batching/admission.js";

/** What /metrics shows, in a registry of its own. */
export function createMetrics(admission: Admission) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "vaekit_queue_rows",
    help: "Rows that wait or run",
    registers,
    collect() {
      this.set(admission.rows);
    },
  });
  new Gauge({ name: "vaekit_queue_limit_rows", help: "Rows that may wait or run", registers }).set(
    admission.limit,
  );
  return {
    registry,
    requests: new Counter({
      name: "vaekit_http_requests_total",
      help: "Requests answered",
      labelNames: ["method", "route", "status"] as const,
      registers,
    }),
    seconds: new Histogram({
      name: "vaekit_http_request_seconds",
      help: "From a request's headers to the end of its answer",
      labelNames: ["route"] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    batchRows: new Histogram({
      name: "vaekit_batch_rows",
      help: "Rows of the batches that ran",
      labelNames: ["bundle", "graph"] as const,
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    batchRequests: new Histogram({
      name: "vaekit_batch_requests",
      help: "Requests joined in the batches that ran",
      labelNames: ["bundle", "graph"] as const,
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
      registers,
    }),
    loadSeconds: new Gauge({
      name: "vaekit_bundle_load_seconds",
      help: "What loading the bundle took, the last time",
      labelNames: ["bundle"] as const,
      registers,
    }),
    version: new Gauge({
      name: "vaekit_bundle_info",
      help: "1 for the version that is served",
      labelNames: ["bundle", "version"] as const,
      registers,
    }),
    reloads: new Counter({
      name: "vaekit_bundle_reloads_total",
      help: "New versions that took over (swapped) or could not be loaded (failed)",
      labelNames: ["bundle", "result"] as const,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
