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
    const graph = graphOf((g) => g.op("Add", [spread(g, g.scalar(1), 2, 1), spread(g, g.scalar(2), 1, 3)]));
    expect(graphText(optimize(graph))).toBe("Expand:2x1 -> Expand:1x3 -> Add:2x3");
  });

  it("stays in front of what does not broadcast", () =>
    expectRewrite(
      sinkExpand,
      (g, x) => g.op("Concat", [x, spread(g, row(g), 2, 3)], { attributes: { axis: 0 } }),
      "Expand:2x3 -> Concat:4x3",
      "Expand:2x3 -> Concat:4x3",
    ));
});
