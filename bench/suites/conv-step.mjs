import { join } from "node:path";
import { findPython } from "../../tools/python.mjs";
import { root, runJson } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

const rows = 128;
const [rounds, steps, warmup] = [3, 30, 5];

/** Loss and gradients of the convolutional VAE (bench/support/conv-vae.mjs), batch 128, in ONNX Runtime and PyTorch. */
export async function run() {
  const python = findPython({ needs: ["torch"] });
  if (!python) console.log("PyTorch is not installed and was not measured: node tools/python.mjs");
  const worker = join(root, "bench/support/conv-worker.mjs");
  const peer = join(root, "bench/peers/conv_step.py");
  const sides = { ours: [], pytorch: [] };
  let version = "";
  const ways = {};
  for (let round = 0; round < rounds; round++) {
    const args = [rows, steps, warmup].map(String);
    sides.ours.push(runJson(process.execPath, [worker, ...args]).median);
    if (!python) continue;
    const measured = runJson(python, [peer, ...args]);
    version = measured.version.split("+")[0];
    for (const [way, ms] of Object.entries(measured.medians)) ways[way] = [...(ways[way] ?? []), ms];
    sides.pytorch.push(Math.min(...Object.values(measured.medians)));
  }
  const ours = median(sides.ours);
  printTable(
    ["who computes loss and gradients", "ms", "ours takes of it"],
    [
      ["the traced graph in ONNX Runtime", ours.toFixed(1), "1.00"],
      ...Object.entries(ways).map(([way, all]) => {
        const ms = median(all);
        return [`PyTorch ${version}, ${way}`, ms.toFixed(1), (ours / ms).toFixed(2)];
      }),
    ],
  );
  if (!python) return true;
  return target("ours / PyTorch, its best way", ours / median(sides.pytorch), 0.75);
}
