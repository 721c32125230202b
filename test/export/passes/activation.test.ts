import { type Graph, graphText, opCounts, optimize, type Value } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameAsTfjs, expectSameOutputs, type NamedFunction } from "../support.ts";
import { table } from "./pictures.ts";
import {
  type Build,
  expectKept,
  expectRewrite,
  gelu,
  graphOf,
  hardSigmoid,
  layerNorm,
  relu6,
  run,
} from "./rewrite.ts";

describe("relu6", () => {
  const bounded: Record<string, [Build, string]> = {
    "Clip to 0 and 6": [(g, x) => g.op("Clip", [g.op("Relu", [x]), g.scalar(0), g.scalar(6)]), "Clip"],
    "Clip to 1 and 6": [(g, x) => g.op("Clip", [g.op("Relu", [x]), g.scalar(1), g.scalar(6)]), "Clip"],
    "Clip from below 0": [(g, x) => g.op("Clip", [g.op("Relu", [x]), g.scalar(-1), g.scalar(6)]), "Clip"],
    "Clip from nowhere": [(g, x) => g.op("Clip", [g.op("Relu", [x]), null, g.scalar(6)]), "Clip"],
    "a minimum": [(g, x) => g.op("Min", [g.scalar(0.5), g.op("Relu", [x])]), "Min"],
  };
  it.each(Object.entries(bounded))("relu and %s is one Clip", async (_, [build, op]) => {
    await expectRewrite(relu6, build, `Relu:2x3 -> ${op}:2x3`, "Clip:2x3");
  });

  const kept: Record<string, Build> = {
    "a maximum below 0": (g, x) => g.op("Min", [g.op("Relu", [x]), g.scalar(-1)]),
    "a maximum of each column": (g, x) => g.op("Min", [g.op("Relu", [x]), table(g, [3])]),
    "a relu that is used elsewhere": (g, x) => {
      const y = g.op("Relu", [x]);
      return [g.op("Min", [y, g.scalar(1)]), y];
    },
  };
  it.each(Object.entries(kept))("%s stays", (_, build) => expectKept(relu6, build));
});

describe("hardSigmoid", () => {
  const sigmoid = (g: Graph, x: Value, high = 1) =>
    g.op("Clip", [
      g.op("Add", [g.op("Mul", [x, g.scalar(0.2)]), g.scalar(0.5)]),
      g.scalar(0),
      g.scalar(high),
    ]);

  it("is one operator", () =>
    expectRewrite(hardSigmoid, (g, x) => sigmoid(g, x), "Mul:2x3 -> Add:2x3 -> Clip:2x3", "HardSigmoid:2x3"));
  it("to another bound it is not", () => expectKept(hardSigmoid, (g, x) => sigmoid(g, x, 2)));

  it("behind a product its line goes into the weights", async () => {
    const graph = graphOf((g, x) => sigmoid(g, g.op("Gemm", [x, table(g, [3, 4])])));
    const result = optimize(graph, { check: true });
    expect(graphText(result)).toBe("Gemm:2x4 -> Clip:2x4");
    const feeds = { x: normal([2, 3]) };
    expectSameOutputs(await run(result, feeds), await run(graph, feeds));
  });
});

type Unary = (g: Graph, x: Value) => Value;
const gate: Unary = (g, x) =>
  g.op("Add", [g.scalar(1), g.op("Erf", [g.op("Div", [x, g.scalar(Math.SQRT2)])])]);
const tanhGate =
  (cube: Unary): Unary =>
  (g, x) => {
    const inner = g.op("Add", [x, g.op("Mul", [g.scalar(0.044715), cube(g, x)])]);
    return g.op("Add", [g.op("Tanh", [g.op("Mul", [g.scalar(Math.sqrt(2 / Math.PI)), inner])]), g.scalar(1)]);
  };
const pow: Unary = (g, x) => g.op("Pow", [x, g.scalar(3)]);
const product: Unary = (g, x) => g.op("Mul", [g.op("Mul", [x, x]), x]);

/** Orders that the factors come in. */
const orders: Record<string, (g: Graph, x: Value, gate: Value) => Value> = {
  "x (gate / 2)": (g, x, at) => g.op("Mul", [x, g.op("Mul", [g.scalar(0.5), at])]),
  "(x gate) / 2": (g, x, at) => g.op("Mul", [g.op("Mul", [x, at]), g.scalar(0.5)]),
  "(x / 2) gate": (g, x, at) => g.op("Mul", [g.op("Div", [x, g.scalar(2)]), at]),
  "gate (x / 2)": (g, x, at) => g.op("Mul", [at, g.op("Mul", [x, g.scalar(0.5)])]),
};
const latest = { opset: 20 };

describe("gelu", () => {
  it.each(Object.entries(orders))("%s, from opset 20, is one operator", async (_, order) => {
    const graph = graphOf((g, x) => order(g, x, gate(g, x)), latest);
    await expectRewrite(gelu, (g, x) => order(g, x, gate(g, x)), graphText(graph), "Gelu:2x3", latest);
  });

  it.each([
    ["x^3", pow],
    ["x x x", product],
  ])("its approximation with %s too", async (_, cube) => {
    for (const order of Object.values(orders)) {
      const build: Build = (g, x) => order(g, x, tanhGate(cube)(g, x));
      const { nodes } = await expectRewrite(
        gelu,
        build,
        graphText(graphOf(build, latest)),
        "Gelu:2x3",
        latest,
      );
      expect(nodes[0]!.attributes).toEqual({ approximate: "tanh" });
    }
  });

  it.each(Object.entries(orders))(
    "%s, before opset 20, comes in ONNX Runtime's order",
    async (name, order) => {
      const build: Build = (g, x) => order(g, x, gate(g, x));
      const known = "Div:2x3 -> Erf:2x3 -> Add:2x3 -> Mul:2x3 -> Mul:2x3";
      const { nodes } = await expectRewrite(gelu, build, graphText(graphOf(build)), known, {
        modifies: true,
      });
      expect(nodes.at(-1)!.inputs[1]!.data![0], name).toBe(0.5);
    },
  );

  it("a product behind it does not take its last factor", () => {
    const graph = optimize(
      graphOf((g, x) => g.op("Gemm", [orders["x (gate / 2)"]!(g, x, gate(g, x)), table(g, [3, 4])])),
    );
    expect(graphText(graph)).toBe("Div:2x3 -> Erf:2x3 -> Add:2x3 -> Mul:2x3 -> Mul:2x3 -> Gemm:2x4");
  });

  const kept: Record<string, Build> = {
    "another factor": (g, x) => g.op("Mul", [g.op("Mul", [x, gate(g, x)]), g.scalar(0.6)]),
    "another width": (g, x) =>
      g.op("Mul", [g.op("Mul", [x, g.op("Add", [g.scalar(1), g.op("Erf", [x])])]), g.scalar(0.5)]),
    "the gate of another value": (g, x) => orders["(x gate) / 2"]!(g, x, gate(g, g.op("Exp", [x]))),
  };
  it.each(Object.entries(kept))("%s is something else", (_, build) => expectKept(gelu, build, latest));
});

const mean = (g: Graph, x: Value, axis: number) =>
  g.opset < 18
    ? g.op("ReduceMean", [x], { attributes: { axes: [axis], keepdims: 1 } })
    : g.op("ReduceMean", [x, g.ints([axis])], { attributes: { keepdims: 1 } });
const normalized = (g: Graph, x: Value, axis = -1): Value => {
  const centred = g.op("Sub", [x, mean(g, x, axis)]);
  const variance = mean(g, g.op("Mul", [centred, centred]), axis);
  return g.op("Div", [centred, g.op("Sqrt", [g.op("Add", [variance, g.scalar(1e-3)])])]);
};
const parts = "ReduceMean:2x1 -> Sub:2x3 -> Mul:2x3 -> ReduceMean:2x1 -> Add:2x1 -> Sqrt:2x1 -> Div:2x3";

describe("layerNorm", () => {
  it.each([17, 18])("with scale and offset is one operator, opset %d", async (opset) => {
    await expectRewrite(
      layerNorm,
      (g, x) => g.op("Add", [g.op("Mul", [normalized(g, x), table(g, [3])]), table(g, [1, 3], 2)]),
      `${parts} -> Mul:2x3 -> Add:2x3`,
      "LayerNormalization:2x3",
      { opset },
    );
  });

  it("before opset 17 there is none", () => expectKept(layerNorm, (g, x) => normalized(g, x), { opset: 16 }));
  it("over another axis it is something else", () => expectKept(layerNorm, (g, x) => normalized(g, x, 0)));
  it("with a scale of each row the scale stays", () =>
    expectRewrite(
      layerNorm,
      (g, x) => g.op("Mul", [normalized(g, x), table(g, [2, 1])]),
      `${parts} -> Mul:2x3`,
      "LayerNormalization:2x3 -> Mul:2x3",
    ));
});

it("an epsilon of a higher rank makes no LayerNormalization", async () => {
  const epsilon = tf.tensor([1e-3], [1, 1, 1]);
  const fn: NamedFunction = (inputs) => {
    const { mean, variance } = tf.moments(inputs.x!, -1, true);
    return { y: tf.div(tf.sub(inputs.x!, mean), tf.sqrt(tf.add(variance, epsilon))) };
  };
  const graph = await expectSameAsTfjs(fn, { x: normal([4, 6]) });
  expect(opCounts(graph).LayerNormalization).toBeUndefined();
});
