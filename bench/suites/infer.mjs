import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { conv, mlp, Vae, whyMissing } from "@vaekit/train";
import { findPython } from "../../tools/python.mjs";
import { root, runJson } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

const [rounds, runs, coldStarts] = [3, 2000, 9];
const data = { kind: "image", name: "none", shape: [28, 28, 1], dtype: "uint8", range: [0, 255] };
const configs = {
  mlp: mlp({ shape: data.shape, hidden: [512, 256], latent: 32 }),
  conv: conv({ shape: data.shape, latent: 2 }),
};

/**
 * Decoding with the MLP 32-256-512-784 and the conv decoder of Keras's example at batches of 1, 16 and 256, each side in
 * processes of its own, in turns; and cold starts. Prints; asserts the targets of batch 1 and of the cold start.
 */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-"));
  try {
    for (const [name, config] of Object.entries(configs)) {
      const vae = new Vae(config, data, 7);
      await exportBundle(vae, join(folder, name));
      vae.dispose();
    }
    const times = await measure(folder);
    const cells = Object.keys(times.vaekit);
    printTable(
      ["ms, median of three processes", ...cells],
      Object.entries(times).map(([side, row]) => [side, ...cells.map((cell) => row[cell].toFixed(3))]),
    );
    const cold = coldStart(join(folder, "mlp"));
    printTable(
      ["cold start of the MLP: import, load, first decode", "ms"],
      Object.entries(cold).map(([side, ms]) => [side, ms.toFixed(0)]),
    );
    const ratio = (cell, side) => times.vaekit[cell] / times[side][cell];
    const reached = ["mlp 1", "conv 1"].flatMap((cell) => [
      target(`${cell}: ours / onnxruntime-node's best tuned call`, ratio(cell, "ort-tuned"), 1.15),
      target(`${cell}: ours / onnxruntime-node's defaults`, ratio(cell, "ort"), 0.999),
      ...(times["tfjs-node"]
        ? [target(`${cell}: ours / tfjs-node's predict`, ratio(cell, "tfjs-node"), 0.2)]
        : []),
    ]);
    reached.push(target("cold start of vaekit, ms", cold.vaekit, 150));
    return reached.every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder) {
  const worker = join(root, "bench/support/infer-worker.mjs");
  const sides = {};
  for (const side of ["vaekit", "ort-tuned", "ort"]) sides[side] = [process.execPath, worker, side];
  const missing = await whyMissing("tfjs-node");
  if (missing) console.log(`tfjs-node was not measured: ${missing}`);
  else sides["tfjs-node"] = [process.execPath, worker, "tfjs-node"];
  sides["tfjs-wasm"] = [process.execPath, worker, "tfjs-wasm"];
  const all = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  const python = findPython({ needs: ["torch"] });
  if (!python) console.log("PyTorch is not installed and was not measured: node tools/python.mjs");
  for (let round = 0; round < rounds; round++) {
    for (const [side, [command, ...args]] of Object.entries(sides)) {
      all[side].push(runJson(command, [...args, folder, String(runs)]).times);
    }
    if (python) {
      const { version, times } = runJson(python, [join(root, "bench/peers/infer.py"), String(runs)]);
      const name = `PyTorch ${version.split("+")[0]}`;
      all[name] = [...(all[name] ?? []), times];
    }
  }
  return Object.fromEntries(
    Object.entries(all).map(([side, rows]) => [
      side,
      Object.fromEntries(Object.keys(rows[0]).map((cell) => [cell, median(rows.map((row) => row[cell]))])),
    ]),
  );
}

function coldStart(bundle) {
  const worker = join(root, "bench/support/infer-cold.mjs");
  const all = { vaekit: [], "onnxruntime-node, decoder only": [] };
  for (let i = 0; i < coldStarts; i++) {
    for (const [name, list] of Object.entries(all)) {
      list.push(runJson(process.execPath, [worker, bundle, name === "vaekit" ? "vaekit" : "ort"]).ms);
    }
  }
  return Object.fromEntries(Object.entries(all).map(([name, list]) => [name, median(list)]));
}
