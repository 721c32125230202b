import { type Graph, graphText, type Value } from "@vaekit/export";
import { describe, it } from "vitest";
import { float, normal } from "../lower/values.ts";
import { type Build, expectRewrite, gemmBias, graphOf } from "./rewrite.ts";

describe("gemmBias", () => {
  const product: Build = (g, x) => g.op("Gemm", [x, g.constant("float32", normal([6]).data, [3, 2])]);
  const bias = (g: Graph, ...shape: number[]) =>
    g.constant(
      "float32",
      float([1, 2, 3, 4]).data.slice(
        0,
        shape.reduce((a, b) => a * b),
      ),
      shape,
    );
  const sum =
    (...shape: number[]): Build =>
    (g, x) =>
      g.op("Add", [product(g, x) as Value, bias(g, ...shape)]);

  it("a row goes into the product", () => expectRewrite(gemmBias, sum(2), "Gemm:2x2 -> Add:2x2", "Gemm:2x2"));
  it("so does [1, columns]", () => expectRewrite(gemmBias, sum(1, 2), "Gemm:2x2 -> Add:2x2", "Gemm:2x2"));
  it("from the left", () =>
    expectRewrite(
      gemmBias,
      (g, x) => g.op("Add", [bias(g, 2), product(g, x) as Value]),
      "Gemm:2x2 -> Add:2x2",
      "Gemm:2x2",
    ));

  it("a MatMul of two matrices becomes a Gemm with it", () =>
    expectRewrite(
      gemmBias,
      (g, x) =>
        g.op("Add", [g.op("MatMul", [x, g.constant("float32", normal([6]).data, [3, 2])]), bias(g, 2)]),
      "MatMul:2x2 -> Add:2x2",
      "Gemm:2x2",
    ));

  const kept: Record<string, Build> = {
    "a MatMul of stacks": (g, x) => {
      const stack = g.op("Reshape", [x, g.ints([1, 2, 3])]);
      return g.op("Add", [
        g.op("MatMul", [stack, g.constant("float32", normal([6]).data, [3, 2])]),
        bias(g, 2),
      ]);
    },
    "a bias for each element": sum(2, 2),
    "a column": sum(2, 1),
    "a bias of one": sum(1),
    "a second bias": (g, x) =>
      g.op("Add", [
        g.op("Gemm", [x, g.constant("float32", normal([6]).data, [3, 2]), bias(g, 2)]),
        bias(g, 2),
      ]),
    "a product with another use": (g, x) => {
      const y = product(g, x) as Value;
      return [g.op("Add", [y, bias(g, 2)]), g.op("Relu", [y])];
    },
    "a product that is an output": (g, x) => {
      const y = product(g, x) as Value;
      return [g.op("Add", [y, bias(g, 2)]), y];
    },
  };
  it.each(Object.entries(kept))("%s stays outside", async (_, build) => {
    const text = graphText(graphOf(build));
    await expectRewrite(gemmBias, build, text, text);
  });
});
