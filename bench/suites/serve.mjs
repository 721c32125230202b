import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportBundle } from "@vaekit/export";
import { mlp, openData, Vae } from "@vaekit/train";
import { load, metric, startServer } from "../support/serve-process.mjs";
import { printTable, target } from "../support/table.mjs";

const latent = 32;
const connections = 32;

const ways = [
  { name: "without batching, bytes", args: ["--max-batch", "1"], binary: true },
  { name: "batching, bytes", args: [], binary: true },
  { name: "batching, 2 ms window, bytes", args: ["--batch-window", "2"], binary: true },
  { name: "batching, 2 workers, bytes", args: ["--workers", "2"], binary: true },
  { name: "without batching, JSON", args: ["--max-batch", "1"], binary: false },
  { name: "batching, JSON", args: [], binary: false },
];

/**
 * `vaekit serve` with the MLP decoder 32-256-512-784, one row a request, under load from a second process, on this
 * machine. --seconds: of each load, default 10
 */
export async function run(args) {
  const { values } = parseArgs({ args, options: { seconds: { type: "string", default: "10" } } });
  const seconds = Number(values.seconds);
  const folder = mkdtempSync(join(tmpdir(), "vaekit-serve-"));
  try {
    const bundle = join(folder, "digits");
    await makeBundle(bundle);
    const results = [];
    for (const way of ways) results.push({ ...way, ...(await measure(bundle, way, seconds)) });
    printTable(
      ["server", "requests/s", "p50 ms", "p99 ms", "rows a run", "answers"],
      results.map(({ name, perSecond, p50, p99, rowsPerRun, statuses }) => [
        name,
        perSecond.toFixed(0),
        p50,
        p99,
        rowsPerRun.toFixed(1),
        describe(statuses),
      ]),
    );
    const clean = results.every(({ statuses, errors, timeouts }) => {
      return Object.keys(statuses).join() === "200" && errors === 0 && timeouts === 0;
    });
    console.log(`${clean ? "reached" : "MISSED "}  every request answered with 200`);
    const [single, batched] = results;
    const overloaded = await overload(bundle, seconds);
    return [
      clean,
      target("throughput without batching / with", single.perSecond / batched.perSecond, 1),
      target("p99 with batching / without", batched.p99 / single.p99, 1),
      overloaded,
    ].every(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeBundle(directory) {
  const data = await openData("mnist", { limit: 256 });
  const vae = new Vae(mlp({ shape: data.shape, hidden: [512, 256], latent }), data, 7);
  await exportBundle(vae, directory, { samples: data.values });
  vae.dispose();
}

async function measure(bundle, { args, binary }, seconds) {
  const server = await startServer(bundle, args);
  try {
    const url = `${server.url}/v2/models/digits.decoder/infer`;
    const of = { url, connections, rows: 1, latent, binary };
    await load({ ...of, seconds: 1 }); // warm-up
    const measured = await load({ ...of, seconds });
    const graph = '{bundle="digits",graph="decoder"}';
    const rows = await metric(server.url, `vaekit_batch_rows_sum${graph}`);
    return { ...measured, rowsPerRun: rows / (await metric(server.url, `vaekit_batch_rows_count${graph}`)) };
  } finally {
    await server.stop();
  }
}

/** Eight times as many rows as the queue holds: what is refused, how long the others take, and whether it recovers. */
async function overload(bundle, seconds) {
  const server = await startServer(bundle, ["--queue", "64"]);
  try {
    const url = `${server.url}/v2/models/digits.decoder/infer`;
    const of = { url, latent, binary: true };
    const calm = { ...of, connections: 1, rows: 1, seconds: Math.min(3, seconds) };
    const before = await load(calm);
    const during = await load({ ...of, connections: 128, rows: 4, seconds });
    const waiting = await metric(server.url, "vaekit_queue_rows ");
    const after = await load(calm);
    const share =
      (during.statuses[429] ?? 0) / Object.values(during.statuses).reduce((sum, count) => sum + count, 0);
    printTable(
      ["overload", "requests/s", "p50 ms", "p99 ms", "answers"],
      [
        ["before: 1 connection", before],
        ["128 connections x 4 rows, queue 64", during],
        ["after: 1 connection", after],
      ].map(([name, { perSecond, p50, p99, statuses }]) => [
        name,
        perSecond.toFixed(0),
        p50,
        p99,
        describe(statuses),
      ]),
    );
    console.log(
      `${(100 * share).toFixed(0)} % answered with 429; ${waiting} rows waited when the load had ended`,
    );
    const kinds = Object.keys(during.statuses).sort().join();
    const fine = kinds === "200,429" && during.errors === 0 && waiting === 0;
    console.log(
      `${fine ? "reached" : "MISSED "}  overload is answered with 200 or 429 and nothing else, and ends`,
    );
    const recovered = Object.keys(after.statuses).join() === "200";
    console.log(`${recovered ? "reached" : "MISSED "}  after it, every request is answered with 200`);
    return [
      fine,
      recovered,
      target("requests/s before the overload / after", before.perSecond / after.perSecond, 1.5),
    ].every(Boolean);
  } finally {
    await server.stop();
  }
}

function describe(statuses) {
  return Object.entries(statuses)
    .map(([status, count]) => `${count} x ${status}`)
    .join(", ");
}
