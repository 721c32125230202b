import { Graph, type Value } from "@vaekit/export";
import { batch } from "../../../packages/export/src/ir/value.js";
import { normal } from "../lower/values.ts";

/** A constant of standard normal numbers. */
export function weight(graph: Graph, shape: readonly number[], seed = 1, name: string | null = null): Value {
  return graph.constant("float32", normal(shape, seed).data as Float32Array, shape, name);
}

/** x [batch, 256] -> dense_1: 512, relu -> dense_2: 300, whose weight is turned. */
export function dense(opset?: number): Graph {
  const graph = new Graph(opset);
  const x = graph.input("x", "float32", [batch, 256]);
  graph.origin = { kernel: "_FusedMatMul", scope: "decoder/dense_1" };
  const hidden = graph.op("Gemm", [x, weight(graph, [256, 512], 1, "kernel"), weight(graph, [512])]);
  graph.origin = { kernel: "_FusedMatMul", scope: "decoder/dense_2" };
  const attributes = { transB: 1 };
  graph.output(
    "y",
    graph.op("Gemm", [graph.op("Relu", [hidden]), weight(graph, [300, 512], 2)], { attributes }),
  );
  return graph;
}

/** x [batch, 16, 8, 8] -> Conv 64 -> Relu -> depthwise Conv -> ConvTranspose 32, twice the size. */
export function convolutions(opset?: number): Graph {
  const graph = new Graph(opset);
  const x = graph.input("x", "float32", [batch, 16, 8, 8]);
  const pads = [1, 1, 1, 1];
  const wide = graph.op("Conv", [x, weight(graph, [256, 16, 3, 3])], { attributes: { pads } });
  const relu = graph.op("Relu", [wide]);
  const deep = graph.op("Conv", [relu, weight(graph, [256, 1, 3, 3], 2)], {
    attributes: { pads, group: 256 },
  });
  const filter = weight(graph, [256, 32, 4, 4], 3);
  graph.output("y", graph.op("ConvTranspose", [deep, filter], { attributes: { pads, strides: [2, 2] } }));
  return graph;
}

/** Root mean square of the difference over that of the values: what rounding does to a typical output. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square([...actual].map((a, i) => a - expected[i]!)) / square([...expected]));
}
