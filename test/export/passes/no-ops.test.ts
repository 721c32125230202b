import { graphText, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { type Build, expectRewrite, graphOf, noOps } from "./rewrite.ts";

const perm = (...axes: number[]) => ({ attributes: { perm: axes } });

describe("noOps", () => {
  const gone: Record<string, Build> = {
    Identity: (g, x) => g.op("Identity", [x]),
    "Cast to the same dtype": (g, x) => g.op("Cast", [x], { attributes: { to: 1 } }),
    "Expand to the same shape": (g, x) => g.op("Expand", [x, g.ints([2, 3])]),
    "Tile once": (g, x) => g.op("Tile", [x, g.ints([1, 1])]),
    "Transpose to the same order": (g, x) => g.op("Transpose", [x], perm(0, 1)),
    "Reshape to the same shape": (g, x) => g.op("Reshape", [x, g.ints([2, 3])]),
    "times 1": (g, x) => g.op("Mul", [x, g.scalar(1)]),
    "1 times": (g, x) => g.op("Mul", [g.scalar(1), x]),
    "over 1": (g, x) => g.op("Div", [x, g.scalar(1)]),
    "plus 0": (g, x) => g.op("Add", [x, g.scalar(0)]),
    "minus 0": (g, x) => g.op("Sub", [x, g.scalar(0)]),
    "Sum of one": (g, x) => g.op("Sum", [x]),
  };
  it.each(Object.entries(gone))("%s goes", async (_, build) => {
    const graph = await expectRewrite(
      noOps,
      (g, x) => g.op("Relu", [build(g, g.op("Exp", [x])) as Value]),
      `Exp:2x3 -> ${graphText(graphOf(build))} -> Relu:2x3`,
      "Exp:2x3 -> Relu:2x3",
    );
    expect(graph.nodes[1]!.inputs[0]).toBe(graph.nodes[0]!.outputs[0]);
  });

  const kept: Record<string, Build> = {
    "1 over": (g, x) => g.op("Div", [g.scalar(1), x]),
    "0 minus": (g, x) => g.op("Sub", [g.scalar(0), x]),
    "plus 1": (g, x) => g.op("Add", [x, g.scalar(1)]),
    "a 1 that broadcasts": (g, x) => g.op("Mul", [x, g.constant("float32", Float32Array.of(1), [1, 1, 1])]),
    "a real Transpose": (g, x) => g.op("Transpose", [x], perm(1, 0)),
    "a real Cast": (g, x) => g.op("Cast", [x], { attributes: { to: 6 } }),
  };
  it.each(Object.entries(kept))("%s stays", async (_, build) => {
    const text = graphText(graphOf(build));
    await expectRewrite(noOps, build, text, text);
  });

  it("Reshape of a Reshape is one", () =>
    expectRewrite(
      noOps,
      (g, x) => g.op("Reshape", [g.op("Reshape", [x, g.ints([6])]), g.ints([3, 2])]),
      "Reshape:6 -> Reshape:3x2",
      "Reshape:3x2",
    ));

  it("Sum of two is Add", () =>
    expectRewrite(noOps, (g, x) => g.op("Sum", [x, g.scalar(2)]), "Sum:2x3", "Add:2x3"));
});
