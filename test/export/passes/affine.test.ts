import type { Graph, Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { positive, table } from "./pictures.ts";
import { affine, type Build, expectKept, expectRewrite } from "./rewrite.ts";

const steps = {
  add: (g: Graph, x: Value, c: Value) => g.op("Add", [x, c]),
  from: (g: Graph, x: Value, c: Value) => g.op("Sub", [c, x]),
  sub: (g: Graph, x: Value, c: Value) => g.op("Sub", [x, c]),
  mul: (g: Graph, x: Value, c: Value) => g.op("Mul", [c, x]),
  div: (g: Graph, x: Value, c: Value) => g.op("Div", [x, c]),
};

describe("affine", () => {
  const combined: Record<string, [Build, string, string]> = {
    "two factors": [
      (g, x) => steps.mul(g, steps.mul(g, x, g.scalar(3)), table(g, [3])),
      "Mul:2x3 -> Mul:2x3",
      "Mul:2x3",
    ],
    "two terms": [
      (g, x) => steps.sub(g, steps.add(g, x, table(g, [3])), table(g, [1, 3], 2)),
      "Add:2x3 -> Sub:2x3",
      "Add:2x3",
    ],
    "a normalisation": [
      (g, x) =>
        steps.add(
          g,
          steps.mul(g, steps.div(g, steps.sub(g, x, table(g, [3])), positive(g, [3])), table(g, [3], 2)),
          table(g, [3], 3),
        ),
      "Sub:2x3 -> Div:2x3 -> Mul:2x3 -> Add:2x3",
      "Mul:2x3 -> Add:2x3",
    ],
    "a difference from a constant": [
      (g, x) => steps.from(g, steps.from(g, x, g.scalar(1)), g.scalar(1)),
      "Sub:2x3 -> Sub:2x3",
      "",
    ],
    "what cancels, inside": [
      (g, x) => g.op("Exp", [steps.div(g, steps.mul(g, x, g.scalar(4)), g.scalar(4))]),
      "Mul:2x3 -> Div:2x3 -> Exp:2x3",
      "Exp:2x3",
    ],
  };
  it.each(Object.entries(combined))("%s", async (_, [build, before, after]) => {
    await expectRewrite(affine, build, before, after);
  });

  it("a constant that is the same everywhere is stored as one number", async () => {
    const ones = (g: Graph) => g.constant("float32", new Float32Array(6).fill(0.5), [2, 3]);
    const { nodes } = await expectRewrite(
      affine,
      (g, x) => steps.mul(g, steps.mul(g, x, ones(g)), ones(g)),
      "Mul:2x3 -> Mul:2x3",
      "Mul:2x3",
    );
    expect(nodes[0]!.inputs[1]!.shape).toEqual([]);
  });

  const kept: Record<string, Build> = {
    "one of each": (g, x) => steps.add(g, steps.mul(g, x, g.scalar(2)), g.scalar(1)),
    "a value that is used elsewhere": (g, x) => {
      const y = steps.mul(g, x, g.scalar(2));
      return [steps.mul(g, y, g.scalar(3)), y];
    },
    "a constant over x": (g, x) => steps.mul(g, g.op("Div", [g.scalar(2), x]), g.scalar(3)),
    "factors that would make a table": (g, x) => {
      const wide = g.op("Reshape", [x, g.ints([2, 3, 1])]);
      const full = g.op("Expand", [wide, g.ints([2, 3, 4])]);
      return steps.mul(g, steps.mul(g, full, table(g, [3, 1])), table(g, [4]));
    },
    integers: (g, x) => {
      const whole = g.op("Cast", [x], { attributes: { to: 6 } });
      return steps.mul(g, steps.mul(g, whole, g.scalar(2, "int32")), g.scalar(3, "int32"));
    },
    "a constant that makes x larger": (g, x) =>
      steps.mul(g, steps.mul(g, x, table(g, [1, 1, 3])), g.scalar(2)),
  };
  it.each(Object.entries(kept))("%s stays", (_, build) => expectKept(affine, build));

  // 2020 with a spread of 2: taken apart, both parts would be near 1000, and their difference near 1.
  it("an offset far larger than the spread stays in front, where nothing is lost", () =>
    expectRewrite(
      affine,
      (g, x) =>
        steps.mul(
          g,
          steps.div(
            g,
            steps.sub(
              g,
              g.op("Add", [x, g.op("Floor", [g.op("Add", [g.op("Sigmoid", [x]), g.scalar(2020)])])]),
              g.scalar(2020),
            ),
            g.scalar(2),
          ),
          g.scalar(3),
        ),
      "Sigmoid:2x3 -> Add:2x3 -> Floor:2x3 -> Add:2x3 -> Sub:2x3 -> Div:2x3 -> Mul:2x3",
      "Sigmoid:2x3 -> Add:2x3 -> Floor:2x3 -> Add:2x3 -> Sub:2x3 -> Mul:2x3",
    ));
});
