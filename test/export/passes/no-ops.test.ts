import { graphText, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { type Build, expectKept, expectRewrite, graphOf, noOps } from "./rewrite.ts";

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
    "times ones along an axis": (g, x) =>
      g.op("Mul", [x, g.constant("float32", new Float32Array(3).fill(1), [3])]),
    "Pad by nothing": (g, x) => g.op("Pad", [x, g.ints([0, 0, 0, 0])]),
    "Slice of everything": (g, x) => g.op("Slice", [x, g.ints([0]), g.ints([9])]),
    "Concat of one": (g, x) => g.op("Concat", [x], { attributes: { axis: 0 } }),
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
    "ones and another": (g, x) => g.op("Mul", [x, g.constant("float32", Float32Array.of(1, 1, 2), [3])]),
    "Slice of everything, backwards": (g, x) =>
      g.op("Slice", [x, g.ints([-1]), g.ints([-9]), g.ints([1]), g.ints([-1])]),
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

  it("Reshape that copies a size, of a Reshape, says the size itself", () =>
    expectRewrite(
      noOps,
      (g, x) => g.op("Reshape", [g.op("Reshape", [x, g.ints([3, 2])]), g.ints([0, 2, 1])]),
      "Reshape:3x2 -> Reshape:3x2x1",
      "Reshape:3x2x1",
    ));

  it("Reshape that adds ones to one that others use stays: what takes both then sees that they are alike", () =>
    expectKept(noOps, (g, x) => {
      const y = g.op("Reshape", [x, g.ints([3, 2])]);
      return g.op("Add", [g.op("Reshape", [y, g.ints([1, 3, 2])]), g.op("Exp", [y])]);
    }));

  it("two Transposes are one, and none where they cancel", async () => {
    const options = { shape: [2, 3, 4] };
    const turns =
      (...perms: number[][]): Build =>
      (g, x) =>
        g.op("Relu", [perms.reduce((at, axes) => g.op("Transpose", [at], perm(...axes)), x)]);
    await expectRewrite(
      noOps,
      turns([1, 2, 0], [0, 2, 1]),
      "Transpose:3x4x2 -> Transpose:3x2x4 -> Relu:3x2x4",
      "Transpose:3x2x4 -> Relu:3x2x4",
      options,
    );
    await expectRewrite(
      noOps,
      turns([1, 2, 0], [2, 0, 1]),
      "Transpose:3x4x2 -> Transpose:2x3x4 -> Relu:2x3x4",
      "Relu:2x3x4",
      options,
    );
  });

  it("Sum of two is Add", () =>
    expectRewrite(noOps, (g, x) => g.op("Sum", [x, g.scalar(2)]), "Sum:2x3", "Add:2x3"));
});
