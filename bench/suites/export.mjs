import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runJson } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

const worker = join(root, "bench/support/export-worker.mjs");
/** Exports of each model, every one in a process of its own; the large one writes 1.2 GB each time. */
const models = {
  conv: { rounds: 5, about: "convolutional decoder, 10 million parameters" },
  mlp: { rounds: 2, about: "MLP, 1.2 GB, weights beside the model" },
};

/**
 * Time and memory of exports, from a tfjs function to the file: tracing, passes, checks, writing. Memory is what the
 * process takes at its highest beyond what it had with the model loaded, relative to the size of the weights.
 */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-"));
  const results = {};
  try {
    for (const [name, { rounds }] of Object.entries(models)) {
      const runs = Array.from({ length: rounds }, () => exportOnce(name, folder));
      results[name] = {
        weights: runs[0].weights,
        seconds: median(runs.map(({ seconds }) => seconds)),
        // The worst: what a machine must have.
        extra: Math.max(...runs.map(({ extra }) => extra)),
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  printTable(
    ["export of", "weights, MB", "seconds", "extra memory, MB", "times the weights"],
    Object.entries(results).map(([name, { weights, seconds, extra }]) => [
      models[name].about,
      (weights / 1e6).toFixed(0),
      seconds.toFixed(2),
      (extra / 1e6).toFixed(0),
      (extra / weights).toFixed(2),
    ]),
  );
  const { conv, mlp } = results;
  return [
    target("export of the convolutional decoder, seconds", conv.seconds, 1.5),
    target("its extra memory / its weights", conv.extra / conv.weights, 4),
    target("extra memory of the MLP's export / its weights", mlp.extra / mlp.weights, 2.5),
  ].every(Boolean);
}

function exportOnce(name, folder) {
  const place = mkdtempSync(join(folder, `${name}-`));
  try {
    return runJson(process.execPath, ["--expose-gc", worker, name, place]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
