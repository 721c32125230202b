import { type Graph, graphText, optimize, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { expectRewrite, graphOf, sinkExpand } from "./rewrite.ts";

describe("sinkExpand", () => {
  const spread = (g: Graph, value: Value, ...shape: number[]) => g.op("Expand", [value, g.ints(shape)]);
  const row = (g: Graph) => g.constant("float32", Float32Array.of(1, -2, 3), [3]);

  it("goes in front of an operator that broadcasts", () =>
    expectRewrite(
      sinkExpand,
      (g, x) => g.op("Mul", [x, spread(g, row(g), 2, 3)]),
      "Expand:2x3 -> Mul:2x3",
      "Mul:2x3",
    ));

  it("moves behind one that then works on the small tensor", () =>
    expectRewrite(
      sinkExpand,
      (g) => g.op("Exp", [spread(g, row(g), 2, 3)]),
      "Expand:2x3 -> Exp:2x3",
      "Exp:3 -> Expand:2x3",
    ));

  it("moves behind one between two that are spread", () =>
    expectRewrite(
      sinkExpand,
      (g) => g.op("Add", [spread(g, row(g), 2, 3), spread(g, g.scalar(2), 2, 3)]),
      "Expand:2x3 -> Expand:2x3 -> Add:2x3",
      "Add:3 -> Expand:2x3",
    ));

  it("stays where neither side has the result's shape", () =>
    expectRewrite(
      sinkExpand,
      (g) => g.op("Add", [spread(g, g.scalar(1), 2, 1), spread(g, g.scalar(2), 1, 3)]),
      "Expand:2x1 -> Expand:1x3 -> Add:2x3",
      "Expand:2x1 -> Expand:1x3 -> Add:2x3",
    ));

  it("settles where it stays", () => {
    const graph = graphOf((g, x) => {
      const [row, column] = [0, 1].map((axis) =>
        g.op("ReduceMean", [x], { attributes: { axes: [axis], keepdims: 0 } }),
      );
      const [a, b] = [g.op("Reshape", [column!, g.ints([2, 1, 1])]), g.op("Reshape", [row!, g.ints([1, 3])])];
      return g.op("Add", [spread(g, a, 2, 4, 1), spread(g, b, 4, 3)]);
    });
    const text = "Expand:2x4x1 -> Expand:4x3 -> Add:2x4x3";
    expect(graphText(optimize(graph, { check: true }))).toContain(text);
  });

  it("Tile along axes of size 1 goes the same way", async () => {
    const mean = (g: Graph, x: Value) => g.op("ReduceMean", [x], { attributes: { axes: [1] } });
    const tiled = (g: Graph, x: Value) => g.op("Tile", [mean(g, x), g.ints([1, 3])]);
    await expectRewrite(
      sinkExpand,
      (g, x) => g.op("Sub", [x, tiled(g, x)]),
      "ReduceMean:2x1 -> Tile:2x3 -> Sub:2x3",
      "ReduceMean:2x1 -> Sub:2x3",
    );
    await expectRewrite(
      sinkExpand,
      (g, x) => g.op("Sqrt", [g.op("Abs", [tiled(g, x)])]),
      "ReduceMean:2x1 -> Tile:2x3 -> Abs:2x3 -> Sqrt:2x3",
      "ReduceMean:2x1 -> Abs:2x1 -> Sqrt:2x1 -> Tile:2x3",
    );
    const text = "Tile:2x6 -> Exp:2x6";
    await expectRewrite(sinkExpand, (g, x) => g.op("Exp", [g.op("Tile", [x, g.ints([1, 2])])]), text, text);
  });

  it("stays in front of what does not broadcast", () =>
    expectRewrite(
      sinkExpand,
      (g, x) => g.op("Concat", [x, spread(g, row(g), 2, 3)], { attributes: { axis: 0 } }),
      "Expand:2x3 -> Concat:4x3",
      "Expand:2x3 -> Concat:4x3",
    ));
});
