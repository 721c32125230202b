// Times one side's decode of bundles at several sizes of batch: node infer-worker.mjs <side> <folder> <runs>
// Prints {"times": {"mlp 1": ms, ...}}, medians.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { median } from "./table.mjs";

const [side, folder, runs] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const batches = [1, 16, 256];
const latents = { mlp: 32, conv: 2 };
const require = createRequire(createRequire(import.meta.url).resolve("@vaekit/infer"));

const sides = {
  vaekit: ours,
  ort: bare,
  "ort-tuned": tuned,
  "tfjs-node": (model) => predict(model, "tensorflow"),
  "tfjs-wasm": (model) => predict(model, "wasm"),
};
const times = {};
for (const [model, latent] of Object.entries(latents)) {
  const prepare = await sides[side](model);
  for (const batch of batches) {
    const z = Float32Array.from({ length: batch * latent }, (_, i) => Math.sin(i));
    const ways = await prepare(z, batch, latent);
    times[`${model} ${batch}`] = Math.min(...(await timeAll(ways)));
  }
}
console.log(JSON.stringify({ times }));
process.exit(0);

/** The median of each way; the best counts. */
async function timeAll(ways) {
  const medians = [];
  for (const way of ways) {
    const began = performance.now();
    let warm = 0;
    while (warm < 3 || (performance.now() - began < 300 && warm < 200)) {
      await way();
      warm++;
    }
    const all = [];
    const end = performance.now() + 800;
    while (all.length < 5 || (all.length < runs && performance.now() < end)) {
      const start = performance.now();
      await way();
      all.push(performance.now() - start);
    }
    medians.push(median(all));
  }
  return medians;
}

async function ours(model) {
  const { Vae } = await import("@vaekit/infer");
  const vae = await Vae.load(join(folder, model), { graphs: ["decoder"] });
  return (z) => [() => vae.decode(z)];
}

/** onnxruntime-node as its documentation shows it. */
async function bare(model) {
  const ort = loadOrt();
  const session = await ort.InferenceSession.create(decoder(model));
  return (z, batch, latent) => [() => session.run({ z: new ort.Tensor("float32", z, [batch, latent]) })];
}

/** onnxruntime-node with every thread count up to the cores', with outputs preallocated or not; the best counts. */
async function tuned(model) {
  const ort = loadOrt();
  const sessions = [];
  for (let threads = 1; threads <= availableParallelism(); threads++) {
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: "all" };
    sessions.push(await ort.InferenceSession.create(decoder(model), options));
  }
  return (z, batch, latent) =>
    sessions.flatMap((session) => {
      const tensor = new ort.Tensor("float32", z, [batch, latent]);
      const outputs = Object.fromEntries(
        session.outputMetadata.map(({ name, shape }) => {
          const sizes = shape.map((dim) => (typeof dim === "string" ? batch : dim));
          const data = new Float32Array(sizes.reduce((a, b) => a * b, 1));
          return [name, new ort.Tensor("float32", data, sizes)];
        }),
      );
      return [() => session.run({ z: tensor }), () => session.run({ z: tensor }, outputs)];
    });
}

/** The same layers as a tfjs model: its predict, and the numbers read back. */
async function predict(model, backend) {
  const { tf } = await import("@vaekit/train");
  const layers = await import("@tensorflow/tfjs-layers");
  await loadBackend(backend);
  await tf.setBackend(backend);
  const { dense, conv2dTranspose, reshape } = layers.layers;
  const up = (filters, strides, activation) =>
    conv2dTranspose({ filters, kernelSize: 3, strides, padding: "same", activation });
  const stacks = {
    mlp: () => [
      dense({ units: 256, activation: "relu", inputShape: [32] }),
      dense({ units: 512, activation: "relu" }),
      dense({ units: 784, activation: "sigmoid" }),
    ],
    conv: () => [
      dense({ units: 3136, activation: "relu", inputShape: [2] }),
      reshape({ targetShape: [7, 7, 64] }),
      up(64, 2, "relu"),
      up(32, 2, "relu"),
      up(1, 1, "sigmoid"),
    ],
  };
  const network = layers.sequential({ layers: stacks[model]() });
  return (z, batch, latent) => [
    async () => {
      const input = tf.tensor2d(z, [batch, latent]);
      const output = network.predict(input, { batchSize: batch });
      await output.data();
      input.dispose();
      output.dispose();
    },
  ];
}

async function loadBackend(backend) {
  if (backend === "wasm") return import("@tensorflow/tfjs-backend-wasm");
  const utilities = createRequire(import.meta.url)("node:util");
  utilities.isNullOrUndefined ??= (value) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  return import("@tensorflow/tfjs-node");
}

function decoder(model) {
  return readFileSync(join(folder, model, "decoder.onnx"));
}

function loadOrt() {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  return require("onnxruntime-node");
}
