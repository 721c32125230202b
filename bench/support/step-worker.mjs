// Times one engine's training step on the MLP 784-512-256-32-256-512-784, batch 256, Adam, or the products alone.

import { availableParallelism } from "node:os";
import { encodeModel, Graph } from "@vaekit/export";
import { createInPlaceSession, RandomStream } from "@vaekit/infer";
import { createEngine, createJob, drawNoise, mlp, noiseSpecs, openData, Vae } from "@vaekit/train";
import { median } from "./table.mjs";

const [what, steps, warmup] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const rows = 256;
const latent = 32;
const data = await openData("mnist", { limit: 60 * rows });

const times = what === "products" ? await timeProducts() : await timeEngine();
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(JSON.stringify({ what, steps, median: median(times), p10: at(0.1), p90: at(0.9) }));

async function timeEngine() {
  const vae = new Vae(mlp({ shape: data.shape, hidden: [512, 256], latent }), data, 7);
  const job = createJob(vae, { rows });
  const engine = await createEngine(what, job);
  const specs = noiseSpecs(job, rows, true);
  const size = rows * 784;
  const times = [];
  for (let i = 0; i < warmup + steps; i++) {
    const x = data.values.subarray((i % 60) * size, ((i % 60) + 1) * size);
    const noise = drawNoise(specs, 7, i + 1);
    const began = performance.now();
    await engine.step({ rows, x }, noise, { step: i + 1, learningRate: 1e-3, beta: 1 });
    if (i >= warmup) times.push(performance.now() - began);
  }
  await engine.dispose();
  return times;
}

/** Every matrix product of the step, forward and backward, in ONNX Runtime: the limit for the compiled engine. */
async function timeProducts() {
  const graph = new Graph();
  // biome-ignore format: a layer a line, [inputs, outputs, needs the gradient of its input]
  const layers = [
    [784, 512, false], [512, 256, true], [256, latent, true], [256, latent, true],
    [latent, 256, true], [256, 512, true], [512, 784, true],
  ];
  layers.forEach(([inputs, outputs, needsInput], i) => {
    const x = graph.input(`x${i}`, "float32", [rows, inputs]);
    const w = graph.input(`w${i}`, "float32", [inputs, outputs]);
    const dy = graph.input(`dy${i}`, "float32", [rows, outputs]);
    graph.output(`y${i}`, graph.op("Gemm", [x, w]));
    graph.output(`dw${i}`, graph.op("Gemm", [x, dy], { attributes: { transA: 1, transB: 0 } }));
    if (needsInput)
      graph.output(`dx${i}`, graph.op("Gemm", [dy, w], { attributes: { transA: 0, transB: 1 } }));
  });
  const session = await createInPlaceSession(encodeModel(graph), { threads: availableParallelism() });
  const stream = new RandomStream(1, "sample");
  const tensor = ({ shape }) => ({
    dtype: "float32",
    shape,
    data: stream.normal(new Float32Array(shape[0] * shape[1])),
  });
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, tensor(input)]));
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, tensor(value)]));
  session.hold([...Object.values(feeds), ...Object.values(outputs)]);
  const times = [];
  for (let i = 0; i < warmup + steps; i++) {
    const began = performance.now();
    await session.run(feeds, outputs);
    if (i >= warmup) times.push(performance.now() - began);
  }
  return times;
}
