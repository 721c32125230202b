import { checkGraph, Graph, graphText, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs } from "../support.ts";
import { type Build, deadCode, expectKept, expectRewrite, foldConstants, run } from "./rewrite.ts";

const table = (g: Graph, ...shape: number[]) => {
  const { data } = normal(shape, shape.length);
  return g.constant("float32", data, shape);
};
const whole = (g: Graph, dtype: "int32" | "int64", ...values: number[]) =>
  dtype === "int64" ? g.ints(values) : g.constant("int32", Int32Array.from(values), [values.length]);

/** Operators on constants; ONNX Runtime says what they come to. */
const folded: Record<string, (g: Graph) => Value> = {
  Transpose: (g) => g.op("Transpose", [table(g, 2, 3, 4)], { attributes: { perm: [2, 0, 1] } }),
  "Transpose of a filter": (g) =>
    g.op("Transpose", [table(g, 3, 5, 2, 4)], { attributes: { perm: [3, 2, 0, 1] } }),
  "Transpose with axes of size 1": (g) =>
    g.op("Transpose", [table(g, 1, 40, 1, 70)], { attributes: { perm: [3, 0, 1, 2] } }),
  "Transpose that reverses": (g) =>
    g.op("Transpose", [table(g, 2, 3, 4, 5, 6)], { attributes: { perm: [4, 3, 2, 1, 0] } }),
  Reshape: (g) => g.op("Reshape", [table(g, 2, 6), g.ints([3, 4])]),
  "Cast to int32": (g) => g.op("Cast", [table(g, 9)], { attributes: { to: 6 } }),
  "Cast to bool": (g) => g.op("Cast", [whole(g, "int32", 0, 1, -2)], { attributes: { to: 9 } }),
  "Cast to float32": (g) => g.op("Cast", [whole(g, "int64", 0, 1, -2)], { attributes: { to: 1 } }),
  "Concat along the first axis": (g) =>
    g.op("Concat", [table(g, 2, 3), table(g, 1, 3)], { attributes: { axis: 0 } }),
  "Concat along the last axis": (g) =>
    g.op("Concat", [table(g, 2, 3), table(g, 2, 1), table(g, 2, 2)], { attributes: { axis: -1 } }),
  Slice: (g) => g.op("Slice", [table(g, 4, 5), g.ints([1, -3]), g.ints([3, 99])]),
  "Slice with steps": (g) =>
    g.op("Slice", [table(g, 4, 5), g.ints([1]), g.ints([5]), g.ints([1]), g.ints([2])]),
  "Slice backwards": (g) =>
    g.op("Slice", [table(g, 4, 5), g.ints([-1]), g.ints([-99]), g.ints([0]), g.ints([-1])]),
  "Gather of rows": (g) =>
    g.op("Gather", [table(g, 4, 3), whole(g, "int64", 3, 0, -1)], { attributes: { axis: 0 } }),
  "Gather of columns": (g) =>
    g.op("Gather", [table(g, 2, 4, 3), whole(g, "int64", 3, 0)], { attributes: { axis: 1 } }),
  "Add with broadcasting": (g) => g.op("Add", [table(g, 2, 1, 4), table(g, 3, 1)]),
  Sub: (g) => g.op("Sub", [table(g, 4), g.scalar(0.1)]),
  Mul: (g) => g.op("Mul", [table(g, 4, 3), table(g, 3)]),
  Div: (g) => g.op("Div", [table(g, 4, 3), table(g, 4, 1)]),
  "Div of integers, towards zero": (g) =>
    g.op("Div", [whole(g, "int32", 7, -7, 7), whole(g, "int32", 2, 2, -2)]),
  "Mul of int64": (g) => g.op("Mul", [whole(g, "int64", 7, -7), whole(g, "int64", 2 ** 33, 3)]),
  Max: (g) => g.op("Max", [table(g, 4), g.scalar(0.1)]),
  Sqrt: (g) => g.op("Sqrt", [g.constant("float32", Float32Array.of(2, 3, 0), [3])]),
  "Neg of Abs": (g) => g.op("Neg", [g.op("Abs", [table(g, 5)])]),
  "a small Expand": (g) => g.op("Expand", [table(g, 3), g.ints([2, 3])]),
};

describe("foldConstants", () => {
  it.each(Object.entries(folded))("%s", async (_, build) => {
    const graph = new Graph();
    graph.input("x", "float32", [1]);
    graph.output("y", build(graph));
    const { graph: result, modified } = foldConstants(graph);
    checkGraph(result);
    expect(modified).toBe(true);
    expect(graphText(deadCode(result).graph)).toBe("");
    const feeds = { x: normal([1]) };
    expectSameOutputs(await run(result, feeds), await run(graph, feeds), 0);
  });

  it("a chain of them at once, inside a graph", () =>
    expectRewrite(
      foldConstants,
      (g, x) => g.op("Mul", [x, g.op("Sqrt", [g.op("Add", [g.op("Abs", [table(g, 3)]), g.scalar(1)])])]),
      "Abs:3 -> Add:3 -> Sqrt:3 -> Mul:2x3",
      "Mul:2x3",
    ));

  it("Shape of fixed sizes", () =>
    expectRewrite(
      foldConstants,
      (g, x) => g.op("Reshape", [x, g.op("Div", [g.op("Shape", [x]), g.ints([1])])], { outputs: [x] }),
      "Shape:2 -> Div:2 -> Reshape:2x3",
      "Reshape:2x3",
    ));

  const large = (g: Graph, name?: string) =>
    g.constant("float32", new Float32Array(5000).fill(2), [50, 100], name);
  const half = (g: Graph) => g.constant("float16", new Uint16Array(5000).fill(0x3c00), [50, 100]);
  const stays: Record<string, Build> = {
    "a scalar that is spread": (g, x) => [
      x,
      g.op("Concat", [x, g.op("Expand", [g.scalar(1), g.ints([2, 3])])], { attributes: { axis: 0 } }),
    ],
    "a half-precision weight that is cast": (g) => g.op("Cast", [half(g)], { attributes: { to: 1 } }),
    "a product of a large row and a large column": (g) => g.op("Mul", [table(g, 1, 3000), table(g, 3000, 1)]),
    "a large weight that is used as it is, too": (g) => {
      const weight = large(g);
      return [g.op("Transpose", [weight], { attributes: { perm: [1, 0] } }), g.op("Exp", [weight])];
    },
    "integers that would overflow": (g) => g.op("Mul", [whole(g, "int32", 2 ** 30), whole(g, "int32", 4)]),
    "a division by zero": (g) => g.op("Div", [whole(g, "int64", 1), whole(g, "int64", 0)]),
  };
  it.each(Object.entries(stays))("%s stays", async (name, build) => {
    if (name !== "a division by zero") return expectKept(foldConstants, build);
    const graph = new Graph();
    graph.output("y", build(graph, graph.input("x", "float32", [1])) as Value);
    expect(foldConstants(graph).modified).toBe(false);
  });

  it("a large weight keeps its name and shares nothing with the old one", async () => {
    const { outputs } = await expectRewrite(
      foldConstants,
      (g) => g.op("Transpose", [large(g, "kernel")], { attributes: { perm: [1, 0] } }),
      "Transpose:100x50",
      "",
    );
    expect(outputs[0]!.value.name).toBe("kernel");
  });

  it("turns a filter of ten million elements", () => {
    const shape = [3, 3, 1024, 1100];
    const filter = new Float32Array(shape.reduce((a, b) => a * b)).map((_, i) => i);
    const graph = new Graph();
    graph.output(
      "y",
      graph.op("Transpose", [graph.constant("float32", filter, shape)], {
        attributes: { perm: [3, 2, 0, 1] },
      }),
    );
    const { value } = foldConstants(graph).graph.outputs[0]!;
    expect(value.shape).toEqual([1100, 1024, 3, 3]);
    // Element [o, i, h, w] is element [h, w, i, o].
    const at = (o: number, i: number, h: number, w: number) => ((h * 3 + w) * 1024 + i) * 1100 + o;
    for (const [o, i, h, w] of [
      [0, 0, 0, 1],
      [1099, 1023, 2, 2],
      [517, 33, 1, 2],
    ] as const) {
      expect(value.data![((o * 1024 + i) * 3 + h) * 3 + w]).toBe(at(o, i, h, w));
    }
  });
});
