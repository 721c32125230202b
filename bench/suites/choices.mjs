import { availableParallelism } from "node:os";
import { encodeModel, Graph } from "@vaekit/export";
import { createInPlaceSession, loadRuntime } from "@vaekit/infer";
import { mlp, objectives, optimizers, trainingGraph, Vae } from "@vaekit/train";
import { median, printTable } from "../support/table.mjs";

const [rounds, steps] = [3, 60];
const threads = availableParallelism();
const shape = [256, 784];
const scalar = (graph, value) => graph.scalar(value);

/** Two ways to say the same in ONNX, each pair behind a sentence in the sources. */
const pairs = {
  "softplus: from Sigmoid and Log / ONNX Runtime's Softplus": [
    (g, x) => g.op("Sub", [g.op("Relu", [x]), g.op("Log", [g.op("Sigmoid", [g.op("Abs", [x])])])]),
    (g, x) => g.op("Softplus", [x]),
  ],
  "step: Ceil and Clip / Greater, IsNaN and Where": [
    (g, x) => g.op("Clip", [g.op("Ceil", [x]), scalar(g, 0), scalar(g, 1)]),
    (g, x) => {
      const chosen = g.op("Where", [g.op("Greater", [x, scalar(g, 0)]), scalar(g, 1), scalar(g, 0)]);
      return g.op("Where", [g.op("IsNaN", [x]), x, chosen]);
    },
  ],
};

/** The choices that comments in the sources call faster, both sides of each in turns. Prints; asserts that each is. */
export async function run() {
  const rows = [];
  for (const [name, builders] of Object.entries(pairs)) {
    const sides = await Promise.all(
      builders.map((build) => {
        const graph = new Graph();
        graph.output("y", build(graph, graph.input("x", "float32", shape)));
        return runner(graph, createInPlaceSession);
      }),
    );
    rows.push([name, ...(await inTurns(sides))]);
  }
  const graph = stepGraph();
  const node = async (model, options) => {
    const session = await (await loadRuntime("node")).createSession(model, options);
    return { run: (feeds, outputs) => session.run(feeds, outputs), hold() {} };
  };
  const sides = [await runner(graph, createInPlaceSession), await runner(graph, node)];
  rows.push(["training step: in place / onnxruntime-node's copies", ...(await inTurns(sides))]);
  const format = (ms) => ms.toFixed(3);
  printTable(
    ["ours / the other", "ours, ms", "the other, ms", "ratio"],
    rows.map(([name, a, b]) => [name, format(a), format(b), (a / b).toFixed(2)]),
  );
  return rows.every(([, a, b]) => a < b);
}

function stepGraph() {
  const data = { kind: "image", name: "none", shape: [28, 28, 1], dtype: "uint8", range: [0, 255] };
  const vae = new Vae(mlp({ shape: data.shape, hidden: [512, 256], latent: 32 }), data, 7);
  return trainingGraph({
    vae,
    objective: objectives.elbo,
    optimizer: optimizers.adam,
    rows: 256,
    binarize: false,
  });
}

async function runner(graph, load) {
  const session = await load(encodeModel(graph), { threads });
  const tensor = ({ dtype, shape }) => {
    const data = new (dtype === "uint8" ? Uint8Array : Float32Array)(shape.reduce((a, b) => a * b, 1));
    return {
      dtype,
      shape,
      data: data.map((_, i) => (dtype === "uint8" ? i % 256 : 0.01 + 0.01 * Math.abs(Math.sin(i)))),
    };
  };
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, tensor(input)]));
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, tensor(value)]));
  session.hold([...Object.values(feeds), ...Object.values(outputs)]);
  return () => session.run(feeds, outputs);
}

/** Medians of both sides, a round of each after the other, the first round for warming up. */
async function inTurns(sides) {
  const times = sides.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, side] of sides.entries()) {
      for (let step = 0; step < steps; step++) {
        const began = performance.now();
        await side();
        if (round > 0) times[i].push(performance.now() - began);
      }
    }
  }
  return times.map(median);
}
