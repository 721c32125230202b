// Times loss and gradients of the convolutional VAE as one traced graph in ONNX Runtime.

import { availableParallelism } from "node:os";
import { encodeModel, optimize, trace } from "@vaekit/export";
import { createInPlaceSession, RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { feeds, gradients, specs } from "./conv-vae.mjs";
import { median } from "./table.mjs";

const [rows, steps, warmup] = process.argv.slice(2).map(Number);
const graph = optimize(trace(gradients(tf), specs(rows)));
const session = await createInPlaceSession(encodeModel(graph), { threads: availableParallelism() });
const given = feeds(rows, new RandomStream(7, "sample"));
const outputs = Object.fromEntries(
  graph.outputs.map(({ name, value: { shape } }) => {
    const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
    return [name, { dtype: "float32", shape, data }];
  }),
);
session.hold([...Object.values(given), ...Object.values(outputs)]);
const times = [];
for (let i = 0; i < warmup + steps; i++) {
  const began = performance.now();
  await session.run(given, outputs);
  if (i >= warmup) times.push(performance.now() - began);
}
console.log(JSON.stringify({ median: median(times), nodes: graph.nodes.length, loss: outputs.loss.data[0] }));
