import { Graph, graphText } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { batch } from "../../../packages/export/src/ir/value.js";
import { turn } from "./pictures.ts";
import { type Build, deadCode, expectKept, expectRewrite, transposeToReshape } from "./rewrite.ts";

/** [2, 4, 1, 5]: channels first; Transpose, Reshape, Transpose. */
const shape = [2, 4, 1, 5];
const around =
  (first: readonly number[], between: readonly number[], last: readonly number[]): Build =>
  (g, x) =>
    g.op("Relu", [turn(g, g.op("Reshape", [turn(g, x, first), g.ints(between)]), last)]);

describe("transposeToReshape", () => {
  it("an axis of size 1 that moves", () =>
    expectRewrite(
      transposeToReshape,
      (g, x) => turn(g, x, [0, 2, 1, 3]),
      "Transpose:2x1x4x5",
      "Reshape:2x1x4x5",
      { shape },
    ));

  it.each<[string, number[], number[], number[], string]>([
    ["moves an axis of size 1", [0, 2, 3, 1], [2, 5, 1, 4], [0, 3, 1, 2], "2x4x5x1"],
    ["drops one", [0, 2, 3, 1], [2, 5, 4], [0, 2, 1], "2x4x5"],
    ["adds one", [0, 2, 3, 1], [2, 1, 1, 5, 4], [0, 4, 1, 2, 3], "2x4x1x1x5"],
  ])("two that undo each other around a Reshape that %s", async (_, first, between, last, after) => {
    const turned = first.map((axis) => shape[axis]).join("x");
    const text = `Transpose:${turned} -> Reshape:${between.join("x")} -> Transpose:${after} -> Relu:${after}`;
    await expectRewrite(
      transposeToReshape,
      around(first, between, last),
      text,
      `Reshape:${after} -> Relu:${after}`,
      { shape },
    );
  });

  it("the first one stays for others", () =>
    expectRewrite(
      transposeToReshape,
      (g, x) => {
        const last = turn(g, x, [0, 2, 3, 1]);
        return [last, turn(g, g.op("Reshape", [last, g.ints([2, 5, 1, 4])]), [0, 3, 1, 2])];
      },
      "Transpose:2x1x5x4 -> Reshape:2x5x1x4 -> Transpose:2x4x5x1",
      "Transpose:2x1x5x4 -> Reshape:2x4x5x1",
      { shape },
    ));

  it("open sizes", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 1, 5, 4]);
    const first = turn(graph, x, [0, 3, 1, 2]);
    const moved = graph.op("Reshape", [first, graph.ints([0, 4, 5])]);
    graph.output("y", turn(graph, moved, [0, 2, 1]));
    expect(graphText(deadCode(transposeToReshape(graph).graph).graph)).toBe("Reshape:batchx5x4");
  });

  it.each<[string, number[], Build]>([
    ["a Reshape that splits an axis", shape, around([0, 2, 3, 1], [2, 5, 2, 2], [0, 2, 3, 1])],
    ["a Reshape that splits its axes otherwise", shape, around([0, 3, 2, 1], [5, 2, 1, 4], [1, 3, 2, 0])],
    ["another order, of equal sizes too", [4, 4, 4, 1], around([0, 2, 1, 3], [4, 1, 4, 4], [2, 1, 0, 3])],
  ])("not around %s", (_, from, build) => expectKept(transposeToReshape, build, { shape: from }));
});
