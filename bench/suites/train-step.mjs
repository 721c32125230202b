import { join } from "node:path";
import { whyMissing } from "@vaekit/train";
import { findPython } from "../../tools/python.mjs";
import { root, runJson } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

const worker = join(root, "bench/support/step-worker.mjs");
const peer = join(root, "bench/peers/train_step.py");
/** Rounds go through all sides in turn, so that a slow minute of the machine hits each of them. */
const rounds = 3;
const plan = { compiled: [150, 30], products: [150, 30], "tfjs-node": [60, 10], wasm: [4, 1], cpu: [2, 1] };

/** One training step of the MLP 784-512-256-32-256-512-784, batch 256, Adam, float32, on every engine and PyTorch. */
export async function run() {
  const python = findPython({ needs: ["torch"] });
  if (!python) console.log("PyTorch is not installed and was not measured: node tools/python.mjs");
  const results = {};
  const note = (name, value) => {
    results[name] ??= [];
    results[name].push(value);
  };
  const pytorch = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, [steps, warmup]] of Object.entries(plan)) {
      const slow = name === "wasm" || name === "cpu";
      if (slow && round > 0) continue;
      const missing = name === "products" ? null : await whyMissing(name);
      if (missing) {
        if (round === 0) console.log(`${name} was not measured: ${missing} See tools/tfjs-node.mjs`);
        continue;
      }
      note(name, runJson(process.execPath, [worker, name, String(steps), String(warmup)]).median);
    }
    if (!python) continue;
    const { version, eager, compile, matmuls } = runJson(python, [peer, "--steps", "100", "--heads", "2"]);
    pytorch.version = version;
    const best = (variant) =>
      Math.min(
        ...Object.entries(eager.medians)
          .filter(([way]) => way.startsWith(variant))
          .map(([, ms]) => ms),
      );
    note("pytorch eager", best("default"));
    note("pytorch eager, fused Adam", best("fused"));
    if (compile?.median) note("pytorch torch.compile", compile.median);
    note("pytorch products", matmuls.median);
  }
  const medians = Object.fromEntries(Object.entries(results).map(([name, values]) => [name, median(values)]));
  const { compiled, products } = medians;
  const label = (name) =>
    name
      .replace("pytorch", `PyTorch ${pytorch.version?.split("+")[0]}`)
      .replace(/^products$/, "ONNX Runtime, products alone");
  printTable(
    ["who runs the step", "ms/step", "compiled takes of it", "times the products alone"],
    Object.entries(medians).map(([name, ms]) => [
      label(name),
      ms.toFixed(1),
      (compiled / ms).toFixed(2),
      (ms / products).toFixed(1),
    ]),
  );
  const reached = [];
  if (medians["tfjs-node"])
    reached.push(target("compiled / tfjs-node", compiled / medians["tfjs-node"], 0.6));
  if (python)
    reached.push(
      target("compiled / PyTorch eager, best thread count", compiled / medians["pytorch eager"], 1),
    );
  return reached.every(Boolean);
}
