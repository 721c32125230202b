import { Graph } from "@vaekit/export";
import { createInPlaceSession, loadRuntime } from "@vaekit/infer";
import { createJob, mlp, trainingGraph, Vae } from "@vaekit/train";
import { inTurns, runner } from "../support/sides.mjs";
import { printTable } from "../support/table.mjs";

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
  "scalar beside grey pictures: with all axes / with none": [
    (g, x) => g.op("Mul", [x, g.constant("float32", Float32Array.of(0.5), [1, 1, 1, 1])]),
    (g, x) => g.op("Mul", [x, scalar(g, 0.5)]),
    [256, 28, 28, 1],
  ],
};

/** The choices that comments in the sources call faster, both sides of each in turns. Prints; asserts that each is. */
export async function run() {
  const rows = [];
  for (const [name, [ours, other, sizes = shape]] of Object.entries(pairs)) {
    const sides = await Promise.all(
      [ours, other].map((build) => {
        const graph = new Graph();
        graph.output("y", build(graph, graph.input("x", "float32", sizes)));
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
  return trainingGraph(createJob(vae, { rows: 256 }));
}
