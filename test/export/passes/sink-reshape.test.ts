import type { Graph, Value } from "@vaekit/export";
import { describe, it } from "vitest";
import { float } from "../lower/values.ts";
import { type Build, expectKept, expectRewrite, sinkReshape } from "./rewrite.ts";

const reshape = (g: Graph, x: Value, ...shape: number[]) => g.op("Reshape", [x, g.ints(shape)]);
const row = (g: Graph) => g.constant("float32", float([1, -2, 3]).data, [3]);

describe("sinkReshape", () => {
  const sunk: Record<string, [Build, string, string]> = {
    "behind a function of each element": [
      (g, x) => g.op("Tanh", [reshape(g, x, 6)]),
      "Reshape:6 -> Tanh:6",
      "Tanh:2x3 -> Reshape:6",
    ],
    "behind a bound on both sides": [
      (g, x) => g.op("Clip", [reshape(g, x, 6), g.scalar(0), g.scalar(1)]),
      "Reshape:6 -> Clip:6",
      "Clip:2x3 -> Reshape:6",
    ],
    "behind a sum with a scalar": [
      (g, x) => g.op("Add", [g.scalar(2), reshape(g, x, 6)]),
      "Reshape:6 -> Add:6",
      "Add:2x3 -> Reshape:6",
    ],
    "behind a product along the last axis, which stays": [
      (g, x) => g.op("Mul", [reshape(g, x, 1, 2, 1, 3), row(g)]),
      "Reshape:1x2x1x3 -> Mul:1x2x1x3",
      "Mul:2x3 -> Reshape:1x2x1x3",
    ],
    "where only ones are added in front, with any operand": [
      (g, x) => g.op("Sub", [reshape(g, x, 1, 2, 3), g.op("ReduceMean", [x], { attributes: { axes: [1] } })]),
      "Reshape:1x2x3 -> ReduceMean:2x1 -> Sub:1x2x3",
      "ReduceMean:2x1 -> Sub:2x3 -> Reshape:1x2x3",
    ],
    "behind the sum of two that are reshaped alike": [
      (g, x) => g.op("Add", [reshape(g, g.op("Exp", [x]), 6), reshape(g, x, 6)]),
      "Exp:2x3 -> Reshape:6 -> Reshape:6 -> Add:6",
      "Exp:2x3 -> Add:2x3 -> Reshape:6",
    ],
    "behind all who use it": [
      (g, x) => {
        const y = reshape(g, x, 1, 6);
        return g.op("Mul", [y, g.op("Sigmoid", [y])]);
      },
      "Reshape:1x6 -> Sigmoid:1x6 -> Mul:1x6",
      "Sigmoid:2x3 -> Mul:2x3 -> Reshape:1x6",
    ],
  };
  it.each(Object.entries(sunk))("goes %s", async (_, [build, before, after]) => {
    await expectRewrite(sinkReshape, build, before, after);
  });

  const kept: Record<string, Build> = {
    "an operand along an axis that goes": (g, x) =>
      g.op("Add", [reshape(g, x, 3, 2), g.constant("float32", float([1, 2]).data, [2])]),
    "an operand that makes it larger": (g, x) =>
      g.op("Add", [reshape(g, x, 1, 6), g.constant("float32", float([1, 2]).data, [2, 1])]),
    "a use that sees the shape": (g, x) => {
      const y = reshape(g, x, 6);
      return [g.op("Exp", [y]), y];
    },
    "a sum along an axis": (g, x) => g.op("ReduceSum", [reshape(g, x, 6), g.ints([0])]),
  };
  it.each(Object.entries(kept))("stays in front of %s", (_, build) => expectKept(sinkReshape, build));
});
