import { type Attributes, batch, encodeModel, Graph, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../packages/infer/src/random/stream.ts";
import { tinyRuntime } from "../../packages/infer/src/tiny/index.ts";
import { kernels } from "../../packages/infer/src/tiny/kernels/index.ts";
import { expectAsOnnxruntime } from "./tiny-oracle.ts";

interface Case {
  op: string;
  /** Of each computed input, without the batch. */
  inputs?: readonly (readonly number[])[];
  attributes?: Attributes;
  /** What follows the computed inputs; null is left out. */
  constants?: (graph: Graph, stream: RandomStream) => (Value | null)[];
  outputs?: number;
  /** The computed input goes through these first, so that the operator sees what it is for. */
  before?: string;
  opset?: number;
}

const weights =
  (...shapes: number[][]): Case["constants"] =>
  (graph, stream) =>
    shapes.map((shape) =>
      graph.constant("float32", stream.normal(new Float32Array(shape.reduce((a, b) => a * b, 1))), shape),
    );
const ints =
  (...lists: (number[] | null)[]): Case["constants"] =>
  (graph) =>
    lists.map((list) => list && graph.ints(list));

const single = (op: string, attributes: Attributes = {}, before?: string): Case => ({
  op,
  attributes,
  before,
});
const pair = (op: string, a: readonly number[] = [4, 5], b: readonly number[] = [4, 5]): Case => ({
  op,
  inputs: [a, b],
});
const picture = [3, 7, 6];
const window = { kernel_shape: [3, 3], strides: [2, 2] };

const cases: Case[] = [
  ...["Abs", "Erf", "Exp", "Neg", "Relu"].map((op) => single(op)),
  ...["Selu", "Elu", "LeakyRelu", "Sigmoid", "Tanh"].map((op) => single(op)),
  single("Log", {}, "Abs"),
  single("LeakyRelu", { alpha: { float: 0.3 } }),
  ...["Add", "Sub", "Mul", "Div", "Min"].flatMap((op) => [
    pair(op),
    pair(op, [4, 5], [1, 5]),
    pair(op, [1, 5], [4, 1]),
  ]),
  { op: "Add", constants: weights([5]) },
  { op: "Mul", constants: weights([]) },
  { op: "Clip", constants: weights([]) },
  { op: "Clip", constants: (graph) => [graph.scalar(-0.5), graph.scalar(0.25)] },
  { op: "Clip", constants: (graph) => [null, graph.scalar(0.25)] },
  { op: "Gemm", inputs: [[20]], constants: weights([20, 33], [33]) },
  { op: "Gemm", inputs: [[20]], before: "Relu", constants: weights([20, 8], [8]) },
  {
    op: "Gemm",
    inputs: [[7]],
    attributes: { transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
    constants: weights([5, 7], [1]),
  },
  { op: "Gemm", inputs: [[7]], constants: weights([7, 1]) },
  { op: "MatMul", inputs: [[4, 6]], constants: weights([6, 9]) },
  {
    op: "Conv",
    inputs: [picture],
    attributes: { ...window, pads: [0, 1, 2, 1] },
    constants: weights([5, 3, 3, 3], [5]),
  },
  {
    op: "Conv",
    inputs: [picture],
    attributes: { kernel_shape: [3, 2], dilations: [2, 3] },
    constants: weights([4, 3, 3, 2]),
  },
  ...[
    { kernel_shape: [3, 3], strides: [2, 2] },
    { kernel_shape: [4, 2], strides: [3, 1] },
    { kernel_shape: [1, 2], strides: [2, 3] },
  ].map((attributes) => ({
    op: "Conv",
    inputs: [picture],
    attributes: { ...attributes, auto_pad: "SAME_UPPER" },
    constants: weights([4, 3, ...attributes.kernel_shape], [4]),
  })),
  {
    op: "ConvTranspose",
    inputs: [picture],
    attributes: { ...window, pads: [1, 0, 1, 2], output_padding: [1, 0] },
    constants: weights([3, 4, 3, 3], [4]),
  },
  {
    op: "ConvTranspose",
    inputs: [picture],
    before: "Relu",
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    constants: weights([3, 1, 3, 3]),
  },
  {
    op: "ConvTranspose",
    inputs: [picture],
    attributes: { kernel_shape: [2, 3], strides: [3, 1], dilations: [2, 2] },
    constants: weights([3, 2, 2, 3]),
  },
  { op: "Reshape", inputs: [[4, 6]], constants: ints([-1, 3, 8]) },
  { op: "Reshape", inputs: [[4, 6]], constants: ints([0, 0, 2, -1]) },
  { op: "Transpose", inputs: [picture], attributes: { perm: [0, 2, 3, 1] } },
  {
    op: "Concat",
    inputs: [
      [2, 3],
      [4, 3],
    ],
    attributes: { axis: 1 },
  },
  {
    op: "Concat",
    inputs: [
      [2, 3],
      [2, 1],
    ],
    attributes: { axis: -1 },
  },
  { op: "Slice", inputs: [picture], constants: ints([1, -5], [3, 2 ** 40], [1, 3], [1, 2]) },
  { op: "Split", inputs: [[8, 3]], attributes: { axis: 1 }, constants: ints([5, 3]), outputs: 2 },
  { op: "Expand", inputs: [[1, 5]], constants: ints([1, 4, 1]) },
  { op: "ReduceMax", inputs: [picture], attributes: { axes: [1, -1], keepdims: 0 } },
  { op: "ReduceSum", inputs: [picture], attributes: { keepdims: 0 }, constants: ints([1]) },
];

function build(
  { op, inputs = [[4, 5]], attributes = {}, constants, outputs = 1, before, opset = 17 }: Case,
  seed: number,
): Uint8Array {
  const graph = new Graph(opset);
  const given = inputs.map((shape, i) => graph.input(`x${i}`, "float32", [batch, ...shape]));
  const seen = before ? given.map((value) => graph.op(before, [value])) : given;
  const rest = constants?.(graph, new RandomStream(seed, "noise")) ?? [];
  const made = graph.ops(op, [...seen, ...rest], { attributes });
  expect(made).toHaveLength(outputs);
  made.forEach((value, i) => void graph.output(`y${i}`, value));
  return encodeModel(graph);
}

describe("each operator of the tiny runtime gives what onnxruntime-node makes of it", () => {
  it.each(
    cases.map((each, i) => [`${each.op} ${JSON.stringify({ ...each, op: undefined })}`, each, i] as const),
  )("%s", (_, each, i) => expectAsOnnxruntime(build(each, i), { seed: i }));

  it("what gives no floats, and what computes shapes", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 6]);
    const y = graph.input("y", "float32", [batch, 6]);
    const log = graph.op("Log", [x]);
    const missing = graph.op("IsNaN", [log]);
    const size = graph.op("Shape", [x]);
    const zeros = graph.op("Expand", [graph.scalar(0), size], {
      outputs: [{ dtype: "float32", shape: [batch, 6] }],
    });
    graph.output("chosen", graph.op("Where", [missing, zeros, log]));
    const less = graph.op("Less", [x, y]);
    graph.output("less", graph.op("Cast", [less], { attributes: { to: 1 } }));
    graph.output("least", graph.op("Cast", [graph.op("GreaterOrEqual", [x, y])], { attributes: { to: 1 } }));
    const row = graph.op("Cast", [less], { attributes: { to: 6 } });
    graph.output(
      "rows",
      graph.op("Gather", [graph.constant("float32", Float32Array.of(3, 4, 5, 6), [2, 2]), row]),
    );
    await expectAsOnnxruntime(encodeModel(graph));
  });

  it("every operator that there is has a case", () => {
    const elsewhere = ["Cast", "Gather", "GreaterOrEqual", "IsNaN", "Less", "Shape", "Where"];
    const tried = new Set([...cases.map(({ op }) => op), ...elsewhere]);
    expect(Object.keys(kernels).filter((op) => !tried.has(op))).toEqual([]);
  });

  it("an input that is an output, one value given twice, and outputs that share elements", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 6]);
    const squared = graph.op("Mul", [x, x]);
    const flat = graph.op("Reshape", [squared, graph.ints([-1, 2, 3])]);
    graph.output("squared", squared);
    graph.output("flat", flat);
    graph.output("later", graph.op("Neg", [graph.op("Exp", [graph.op("Neg", [flat])])]));
    await expectAsOnnxruntime(encodeModel(graph));
  });
});

describe("the tiny runtime refuses", () => {
  const load = (change: (graph: Graph, x: Value) => Value) => {
    const graph = new Graph();
    graph.output("y", change(graph, graph.input("x", "float32", [batch, 3, 4, 4])));
    return tinyRuntime.createSession(encodeModel(graph));
  };

  it("operators that it has not, all at once, with the nodes' names", async () => {
    const attempt = load((graph, x) => graph.op("Sin", [graph.op("Cos", [x])]));
    await expect(attempt).rejects.toThrow(
      /2 nodes have operators that it does not run\n {2}Cos {2}\(.+\)\n {2}Sin {2}\(.+\)$/,
    );
  });

  it("bytes as outputs, which it takes as inputs alone", async () => {
    const graph = new Graph();
    const x = graph.input("x", "uint8", [batch, 3]);
    graph.output("y", graph.op("Relu", [x]));
    await expect(tinyRuntime.createSession(encodeModel(graph))).rejects.toThrow(/y is uint8/);
  });

  it.each<[string, (graph: Graph, x: Value) => Value, RegExp]>([
    [
      "weights that are computed",
      (graph, x) => graph.op("MatMul", [x, x]),
      /MatMul .*(are no matrix|must be stored)/,
    ],
    [
      "groups",
      (graph, x) =>
        graph.op("Conv", [x, graph.constant("float32", new Float32Array(27), [3, 1, 3, 3])], {
          attributes: { group: 3 },
        }),
      /Conv .*group,3 is not supported/,
    ],
    [
      "an infinite weight",
      (graph, x) =>
        graph.op("MatMul", [x, graph.constant("float32", Float32Array.of(1, 2, Infinity, 3), [4, 1])]),
      /MatMul .*not finite/,
    ],
  ])("%s", async (_, change, message) => {
    await expect(load(change)).rejects.toThrow(message);
  });
});
