// One load: node serve-load.mjs '{ "url", "seconds", "connections", "rows", "latent", "binary" }' prints what came of it.
import autocannon from "autocannon";

const { url, seconds, connections, rows, latent, binary } = JSON.parse(process.argv[2]);
const z = Float32Array.from({ length: rows * latent }, (_, i) => Math.sin(i));
const json = JSON.stringify({
  inputs: [
    {
      name: "z",
      datatype: "FP32",
      shape: [rows, latent],
      ...(binary ? { parameters: { binary_data_size: z.byteLength } } : { data: Array.from(z) }),
    },
  ],
  outputs: [{ name: "x_mean", parameters: { binary_data: binary } }],
});
const { latency, requests, statusCodeStats, errors, timeouts } = await autocannon({
  url,
  connections,
  duration: seconds,
  method: "POST",
  headers: binary ? { "inference-header-content-length": `${Buffer.byteLength(json)}` } : {},
  body: binary ? Buffer.concat([Buffer.from(json), Buffer.from(z.buffer)]) : json,
});
const statuses = Object.fromEntries(
  Object.entries(statusCodeStats).map(([status, { count }]) => [status, count]),
);
console.log(
  JSON.stringify({
    perSecond: requests.average,
    p50: latency.p50,
    p99: latency.p99,
    statuses,
    errors,
    timeouts,
  }),
);
