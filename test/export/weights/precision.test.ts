import {
  checkGraph,
  costLimits,
  Graph,
  graphText,
  optimize,
  shrink,
  toHalfPrecision,
  trace,
  type WeightFormat,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { batch, type Value } from "../../../packages/export/src/ir/value.js";
import { fromHalves, toHalves } from "../../../packages/export/src/weights/half.js";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "../support.ts";

const w1 = normal([20, 64], 2);
const w2 = normal([64, 30], 3);
const tensor = ({ data, shape }: ReturnType<typeof normal>) => tf.tensor(data as Float32Array, [...shape]);

function half(fn: NamedFunction, shape: readonly ("batch" | number)[] = ["batch", 20]) {
  const graph = optimize(trace(fn, { x: { shape } }));
  const result = toHalfPrecision(graph);
  checkGraph(result.graph);
  return { full: graph, ...result };
}

const decoder: NamedFunction = ({ x }) => {
  const hidden = tf.relu(tf.mul(tf.matMul(x!, tensor(w1)), 0.1));
  return { y: tf.sigmoid(tf.mul(tf.matMul(hidden, tensor(w2)), 0.1)) };
};

/** x [batch, 32] through dense layers of 256, 512 and 784, relu between them. */
function mlpDecoder(): Graph {
  const graph = new Graph();
  let x = graph.input("x", "float32", [batch, 32]);
  for (const [inner, columns] of [
    [32, 256],
    [256, 512],
    [512, 784],
  ] as const) {
    const scale = Math.sqrt(2 / inner);
    const kernel = (normal([inner, columns], inner).data as Float32Array).map((value) => value * scale);
    const bias = normal([columns], columns).data as Float32Array;
    const inputs = [
      graph.constant("float32", kernel, [inner, columns]),
      graph.constant("float32", bias, [columns]),
    ];
    x = graph.op("Gemm", [x, ...inputs]);
    if (columns < 784) x = graph.op("Relu", [x]);
  }
  graph.output("y", x);
  return graph;
}

/** The graph's one output, number by number: each float16 value is rounded as it is stored, sums are not. */
function evaluate(graph: Graph, x: Float32Array): Float32Array {
  const values = new Map<Value, Float32Array>([[graph.inputs[0]!, x]]);
  const read = (value: Value) =>
    value.data ? fromHalves(value.data as Uint16Array) : (values.get(value) as Float32Array);
  for (const { op, inputs, outputs } of graph.nodes) {
    const [a, w, bias] = inputs.map((value) => read(value!)) as [Float32Array, Float32Array, Float32Array];
    const operators: Record<string, () => Float32Array> = {
      Cast: () => a,
      Relu: () => a.map((value) => Math.max(0, value)),
      Gemm: () => {
        const [inner, columns] = inputs[1]!.shape as number[];
        return Float32Array.from({ length: (a.length / inner!) * columns! }, (_, at) => {
          let sum = bias[at % columns!]!;
          const row = Math.floor(at / columns!) * inner!;
          for (let i = 0; i < inner!; i++) sum += a[row + i]! * w[i * columns! + (at % columns!)]!;
          return sum;
        });
      },
    };
    const result = operators[op]!();
    values.set(outputs[0]!, outputs[0]!.dtype === "float16" ? fromHalves(toHalves(result)) : result);
  }
  return read(graph.outputs[0]!.value);
}

describe("computing in half precision", () => {
  it("casts once on the way in and once on the way out; the interface stays float32", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 20]);
    const first = graph.op("Gemm", [x, graph.constant("float32", w1.data as Float32Array, w1.shape)]);
    const second = graph.op("MatMul", [
      graph.op("Relu", [first]),
      graph.constant("float32", w2.data as Float32Array, w2.shape),
    ]);
    graph.output("y", graph.op("Sigmoid", [second]));
    const { graph: small, report } = toHalfPrecision(graph);
    checkGraph(small);
    expect(graphText(small)).toBe(
      "Cast:batchx20 -> Gemm:batchx64 -> Relu:batchx64 -> MatMul:batchx30 -> Sigmoid:batchx30 -> Cast:batchx30",
    );
    expect(small.nodes.slice(0, -1).every(({ outputs }) => outputs[0]!.dtype === "float16")).toBe(true);
    expect([small.inputs[0]!.dtype, small.outputs[0]!.value.dtype]).toEqual(["float32", "float32"]);
    expect(report.bytes.after).toBe(report.bytes.before / 2);
    expect(report.half).toEqual({ Gemm: 1, Relu: 1, MatMul: 1, Sigmoid: 1 });
    expect(report.float32).toEqual({});
  });

  it("computes about what tfjs does", async () => {
    const feeds = { x: normal([5, 20], 7) };
    const { graph } = half(decoder);
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(decoder, feeds), 2e-3);
  });

  it("exponentials, logarithms and sums are float32, and so is what follows them up to the next product", async () => {
    const fn: NamedFunction = ({ x }) => {
      const logits = tf.matMul(x!, tensor(w1));
      const spread = tf.exp(tf.mul(logits, 0.1));
      const total = tf.reshape(tf.sum(tf.log(tf.add(spread, 1e-7)), 1), [-1, 1]);
      return { y: tf.matMul(tf.mul(spread, total), tensor(w2)) };
    };
    const { graph, report } = half(fn);
    expect((report.half.MatMul ?? 0) + (report.half.Gemm ?? 0)).toBe(2);
    for (const op of ["Exp", "Log", "ReduceSum"]) expect(report.float32[op], op).toBe(1);
    const logs = graph.nodes.find(({ op }) => op === "Log")!;
    expect(logs.inputs[0]!.producer!.outputs[0]!.dtype).toBe("float32");
    const feeds = { x: normal([5, 20], 7) };
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), 2e-3);
  });

  it.each([
    ["beyond half's range", 1e5],
    ["too small for half", 1e-7],
  ])("a node with a scalar %s stays float32", (_, value) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 20]);
    const product = graph.op("MatMul", [x, graph.constant("float32", w1.data as Float32Array, w1.shape)]);
    graph.output("y", graph.op("Add", [product, graph.scalar(value)]));
    const { graph: small, report } = toHalfPrecision(graph);
    checkGraph(small);
    expect(report).toMatchObject({ half: { MatMul: 1 }, float32: { Add: 1 } });
    expect(graphText(small)).toBe("Cast:batchx20 -> MatMul:batchx64 -> Cast:batchx64 -> Add:batchx64");
  });

  it("a weight that half cannot hold keeps its product in float32", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 20]);
    const data = (w1.data as Float32Array).slice();
    data[3] = 1e6;
    graph.output("y", graph.op("MatMul", [x, graph.constant("float32", data, w1.shape)]));
    expect(graphText(toHalfPrecision(graph).graph)).toBe("MatMul:batchx64");
  });

  it.each<[WeightFormat, number, string]>([
    ["int8", 1e5, "Cast:64x64 -> Mul:64x64 -> MatMul:batchx64"],
    ["int8", 1e-9, "Cast:64x64 -> Mul:64x64 -> MatMul:batchx64"],
    ["fp32", 1e-9, "MatMul:batchx64"],
    ["int8", 1, "Cast:64x64 -> Mul:64x64 -> Cast:batchx64 -> Cast:64x64 -> MatMul:batchx64 -> Cast:batchx64"],
    ["fp32", 1e-3, "Cast:batchx64 -> MatMul:batchx64 -> Cast:batchx64"],
  ])("%s weights of %s: half where it can hold them", async (weights, size, text) => {
    const graph = new Graph();
    const data = (normal([64, 64], 4).data as Float32Array).map((value) => value * size);
    graph.output(
      "y",
      graph.op("MatMul", [
        graph.input("x", "float32", [batch, 64]),
        graph.constant("float32", data, [64, 64]),
      ]),
    );
    const small = shrink(graph, { weights, precision: "fp16" })!;
    checkGraph(small.graph);
    expect(graphText(small.graph)).toBe(text);
    const feeds = { x: normal([5, 64], 7) };
    expectSameOutputs(await runOnnx(small.graph, feeds), await runOnnx(graph, feeds), small.limit);
  });

  it("zeros fit, and numbers below half's range beside those within it", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 20]);
    const data = (w1.data as Float32Array).slice();
    data[3] = 1e-9;
    const bias = graph.constant("float32", new Float32Array(64), [64]);
    graph.output("y", graph.op("Gemm", [x, graph.constant("float32", data, w1.shape), bias]));
    expect(toHalfPrecision(graph).report.half).toEqual({ Gemm: 1 });
  });

  it("with every result rounded to half, as a GPU does it, an MLP decoder stays within the limit", async () => {
    const graph = mlpDecoder();
    const x = normal([16, 32], 7);
    const want = (await runOnnx(graph, { x })).y!.data as Float32Array;
    const errorOf = (got: ArrayLike<number>) =>
      Math.max(...want.map((value, i) => Math.abs(value - got[i]!))) / Math.max(...want.map(Math.abs));
    const { graph: small } = toHalfPrecision(graph);
    const rounded = errorOf(evaluate(small, x.data as Float32Array));
    expect(rounded).toBeLessThan(costLimits.activations / 5);
    // onnxruntime's CPU computes in float32 between rounded weights: no more than a part of it.
    const onCpu = errorOf((await runOnnx(small, { x })).y!.data as Float32Array);
    expect(onCpu).toBeGreaterThan(1e-5);
    expect(rounded).toBeGreaterThan(onCpu);
  });

  it("outputs that are used inside too, and inputs that are outputs, keep their names and values", async () => {
    const fn: NamedFunction = ({ x }) => {
      const hidden = tf.matMul(x!, tensor(w1));
      return { hidden, same: tf.mul(x!, 1), y: tf.exp(tf.mul(hidden, 0.1)) };
    };
    const feeds = { x: normal([3, 20], 7) };
    const { graph } = half(fn);
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), 3e-3);
  });
});
