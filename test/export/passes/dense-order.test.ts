import type { Graph, Value } from "@vaekit/export";
import { describe, it } from "vitest";
import { conv, table, toFirst, toLast, turn } from "./pictures.ts";
import { type Build, denseOrder, expectKept, expectRewrite, transposeToReshape } from "./rewrite.ts";

const dense = (g: Graph, x: Value, units: number, transB = 0) =>
  g.op(
    "Gemm",
    [
      x,
      table(g, transB ? [units, x.shape[1] as number] : [x.shape[1] as number, units]),
      table(g, [units], 2),
    ],
    {
      attributes: { transB },
    },
  );
const flat = (g: Graph, x: Value) =>
  g.op("Reshape", [x, g.ints([-1, 60])], { outputs: [{ dtype: "float32", shape: [2, 60] }] });
/** 60 features as a picture [2, 4, 5, 3]. */
const shaped = (g: Graph, x: Value) =>
  g.op("Reshape", [x, g.ints([-1, 4, 5, 3])], { outputs: [{ dtype: "float32", shape: [2, 4, 5, 3] }] });

describe("denseOrder", () => {
  it.each([0, 1])(
    "a Transpose behind a dense layer's picture goes into its weights, transB %d",
    async (transB) => {
      await expectRewrite(
        denseOrder,
        (g, x) => turn(g, shaped(g, dense(g, x, 60, transB)), toFirst),
        "Gemm:2x60 -> Reshape:2x4x5x3 -> Transpose:2x3x4x5",
        "Gemm:2x60 -> Reshape:2x3x4x5",
      );
    },
  );

  it("with an activation between", () =>
    expectRewrite(
      denseOrder,
      (g, x) => turn(g, shaped(g, g.op("Mul", [g.op("Tanh", [dense(g, x, 60)]), g.scalar(2)])), toFirst),
      "Gemm:2x60 -> Tanh:2x60 -> Mul:2x60 -> Reshape:2x4x5x3 -> Transpose:2x3x4x5",
      "Gemm:2x60 -> Tanh:2x60 -> Mul:2x60 -> Reshape:2x3x4x5",
    ));

  it.each([0, 1])("a Transpose in front of a dense layer, transB %d", async (transB) => {
    await expectRewrite(
      denseOrder,
      (g, x) => dense(g, flat(g, turn(g, conv(g, x, 3), toLast)), 7, transB),
      "Conv:2x3x4x5 -> Transpose:2x4x5x3 -> Reshape:2x60 -> Gemm:2x7",
      "Conv:2x3x4x5 -> Reshape:2x60 -> Gemm:2x7",
      { shape: [2, 3, 4, 5] },
    );
  });

  it("two heads on one picture", () =>
    expectRewrite(
      denseOrder,
      (g, x) => {
        const features = flat(g, turn(g, x, toLast));
        return [dense(g, features, 7), dense(g, features, 2)];
      },
      "Transpose:2x4x5x3 -> Reshape:2x60 -> Gemm:2x7 -> Gemm:2x2",
      "Reshape:2x60 -> Gemm:2x7 -> Reshape:2x60 -> Gemm:2x2",
      { shape: [2, 3, 4, 5] },
    ));

  const kept: Record<string, [Build, object?]> = {
    "a head that is no product": [
      (g, x) => {
        const features = flat(g, turn(g, x, toLast));
        return [dense(g, features, 7), g.op("Exp", [features])];
      },
      { shape: [2, 3, 4, 5] },
    ],
    "a picture that is used as it is, too": [
      (g, x) => {
        const made = shaped(g, dense(g, x, 60));
        return [turn(g, made, toFirst), made];
      },
    ],
    "an activation with a slope of each feature": [
      (g, x) => turn(g, shaped(g, g.op("PRelu", [dense(g, x, 60), table(g, [60], 5)])), toFirst),
    ],
    "a Transpose of the batch": [(g, x) => turn(g, shaped(g, dense(g, x, 60)), [3, 0, 1, 2])],
  };
  it.each(Object.entries(kept))("%s: the Transpose stays", (_, [build, options]) =>
    expectKept(denseOrder, build, options),
  );
});

describe("transposeToReshape", () => {
  it.each([
    ["one channel", [2, 4, 5, 1], toFirst, "2x1x4x5"],
    ["one row and column", [2, 1, 1, 3], toFirst, "2x3x1x1"],
    ["one row", [2, 1, 5, 1], toFirst, "2x1x1x5"],
  ])("%s: only axes of size 1 move", async (_, shape, perm, text) => {
    await expectRewrite(
      transposeToReshape,
      (g, x) => turn(g, x, perm),
      `Transpose:${text}`,
      `Reshape:${text}`,
      {
        shape,
      },
    );
  });

  it("others stay", () =>
    expectKept(transposeToReshape, (g, x) => turn(g, x, toFirst), { shape: [2, 1, 5, 3] }));
});
