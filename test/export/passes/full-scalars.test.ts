import { Graph, passes, type Value } from "@vaekit/export";
import { expect, it } from "vitest";
import { expectRewrite } from "./rewrite.ts";

const fullScalars = passes.fullScalars!;
const shapesIn = (graph: Graph) =>
  graph.nodes.map(({ inputs }) => inputs.map((value) => value!.shape.join("x")));

it.each(["Add", "Mul", "Max", "Pow"])(
  "%s of grey pictures and a scalar: the scalar gets all axes",
  async (op) => {
    const text = `${op}:2x3x4x1`;
    const graph = await expectRewrite(fullScalars, (g, x) => g.op(op, [g.scalar(0.5), x]), text, text, {
      modifies: true,
      shape: [2, 3, 4, 1],
    });
    expect(shapesIn(graph)).toEqual([["1x1x1x1", "2x3x4x1"]]);
  },
);

it.each([
  ["a last axis of 3", [2, 3], (g: Graph, x: Value) => g.op("Mul", [x, g.scalar(2)])],
  [
    "a scalar that has all axes",
    [2, 1],
    (g: Graph, x: Value) => g.op("Mul", [x, g.constant("float32", Float32Array.of(2), [1, 1])]),
  ],
  ["one axis", [1], (g: Graph, x: Value) => g.op("Mul", [x, g.scalar(2)])],
  ["no constant", [2, 1], (g: Graph, x: Value) => g.op("Mul", [x, x])],
] as const)("%s stays", (_, shape, build) => {
  const graph = new Graph();
  graph.output("y", build(graph, graph.input("x", "float32", [...shape])));
  expect(fullScalars(graph).modified).toBe(false);
});
