import { type Attributes, checkGraph, Graph, graphText, storeWeights } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { batch, type Value } from "../../../packages/export/src/ir/value.js";
import { normal, uniform } from "../lower/values.ts";
import { runOnnx } from "../support.ts";

const [inner, columns] = [256, 512];

function weight(graph: Graph, shape: readonly number[]): Value {
  return graph.constant("float32", normal(shape).data as Float32Array, shape, "kernel");
}

/** One product, with the operator's attributes. */
function product(op: string, shape: readonly number[], attributes: Attributes = {}, bias = false): Graph {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, shape[attributes.transB === 1 ? 1 : 0]!]);
  const inputs = [x, weight(graph, shape)];
  if (bias) inputs.push(graph.constant("float32", normal([columns], 5).data as Float32Array, [columns]));
  graph.output("y", graph.op(op, inputs, { attributes }));
  return graph;
}

const chain = [
  `DynamicQuantizeLinear:batchx${inner}`,
  `MatMulInteger:batchx${columns}`,
  `Cast:batchx${columns}`,
  `Mul:${columns}`,
  `Mul:batchx${columns}`,
].join(" -> ");

/**
 * What the 8-bit product is, computed another way: codes of x with one scale for the batch, codes of the weight with
 * one for each column, whole numbers summed in float64.
 */
function expected(x: Float32Array, w: Float32Array, rows: number): number[] {
  const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)];
  const step = (high - low) / 255;
  const zero = Math.round(-low / step);
  const codes = [...x].map((value) => Math.min(255, Math.max(0, Math.round(value / step) + zero)) - zero);
  return Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let largest = 0;
    for (let i = 0; i < inner; i++) largest = Math.max(largest, Math.abs(w[i * columns + column]!));
    let sum = 0;
    for (let i = 0; i < inner; i++)
      sum += codes[row * inner + i]! * Math.round((w[i * columns + column]! / largest) * 63);
    return (sum * step * largest) / 63;
  });
}

describe("int8-dynamic", () => {
  it("turns a product with a large weight into an integer one", () => {
    const { graph, report } = storeWeights(product("MatMul", [inner, columns]), "int8-dynamic");
    checkGraph(graph);
    expect(graphText(graph)).toBe(chain);
    expect(report.stored).toMatchObject([{ name: "kernel", as: "int8", shape: [inner, columns] }]);
    expect(report.error.maxRelative).toBeLessThanOrEqual(0.5 / 63 + 1e-6);
  });

  it("adds a Gemm's bias, and turns a transposed weight", async () => {
    for (const transB of [0, 1]) {
      const shape = transB ? [columns, inner] : [inner, columns];
      const graph = product("Gemm", shape, { transB }, true);
      const small = storeWeights(graph, "int8-dynamic").graph;
      checkGraph(small);
      expect(graphText(small)).toBe(`${chain} -> Add:batchx${columns}`);
      const feeds = { x: normal([4, inner], 3) };
      const [want, got] = [await runOnnx(graph, feeds), await runOnnx(small, feeds)];
      // Weights of 7 bits and inputs of 8, over 256 products.
      expect(got.y!.data as Float32Array).toBeAllClose(want.y!.data as Float32Array, { scaleTol: 0.02 });
    }
  });

  it("is the sum of whole numbers that it says it is", async () => {
    const small = storeWeights(product("MatMul", [inner, columns]), "int8-dynamic").graph;
    const x = uniform([3, inner], -1, 2, 4);
    const { y } = await runOnnx(small, { x });
    const want = expected(x.data as Float32Array, normal([inner, columns]).data as Float32Array, 3);
    // A value between two steps may round the other way in float32: one code of 256.
    expect(y!.data as Float32Array).toBeAllClose(Float32Array.from(want), { scaleTol: 2e-3 });
  });

  it("quantises once what two products take (mu and logvar)", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, inner]);
    for (const name of ["mu", "logvar"])
      graph.output(name, graph.op("MatMul", [x, weight(graph, [inner, columns])]));
    const ops = storeWeights(graph, "int8-dynamic").graph.nodes.map(({ op }) => op);
    expect(ops.filter((op) => op === "DynamicQuantizeLinear")).toHaveLength(1);
    expect(ops.filter((op) => op === "MatMulInteger")).toHaveLength(2);
  });

  it.each<[string, Graph]>([
    ["a short inner axis", product("MatMul", [32, 4096])],
    ["few elements", product("MatMul", [256, 256])],
    ["a factor", product("Gemm", [inner, columns], { alpha: { float: 2 } })],
  ])("%s: the weight is stored in 8 bits, the product stays float32", (_, graph) => {
    const text = graphText(storeWeights(graph, "int8-dynamic").graph);
    expect(text).toMatch(/^Cast:\d+x\d+ -> Mul:\d+x\d+ -> (MatMul|Gemm):batchx\d+$/);
  });
});
