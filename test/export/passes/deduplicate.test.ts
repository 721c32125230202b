import { graphText, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { type Build, deduplicate, expectKept, expectRewrite, graphOf } from "./rewrite.ts";

const relu: Build = (g, x) => g.op("Relu", [x]);

describe("deduplicate", () => {
  const twice = (a: Build, b: Build, text: string, after: string) =>
    expectRewrite(deduplicate, (g, x) => [a(g, x), b(g, x)] as Value[], text, after);

  it("the same operator on the same input is one", () =>
    twice(relu, relu, "Relu:2x3 -> Relu:2x3", "Relu:2x3"));

  it("follows what became the same", () => {
    const build: Build = (g, x) => g.op("Exp", [relu(g, x) as Value]);
    return twice(build, build, "Relu:2x3 -> Exp:2x3 -> Relu:2x3 -> Exp:2x3", "Relu:2x3 -> Exp:2x3");
  });

  it("small constants are the same by their elements", () => {
    const build: Build = (g, x) => g.op("Add", [x, g.scalar(2)]);
    return twice(build, build, "Add:2x3 -> Add:2x3", "Add:2x3");
  });

  const different: Record<string, [Build, Build]> = {
    "other elements": [(g, x) => g.op("Add", [x, g.scalar(2)]), (g, x) => g.op("Add", [x, g.scalar(3)])],
    "zero's other sign": [(g, x) => g.op("Div", [x, g.scalar(0)]), (g, x) => g.op("Div", [x, g.scalar(-0)])],
    "other attributes": [
      (g, x) => g.op("LeakyRelu", [x], { attributes: { alpha: { float: 0.1 } } }),
      (g, x) => g.op("LeakyRelu", [x], { attributes: { alpha: { float: 0.2 } } }),
    ],
    "another dtype": [
      (g, x) => g.op("Cast", [x], { attributes: { to: 6 } }),
      (g, x) => g.op("Cast", [x], { attributes: { to: 9 } }),
    ],
  };
  it.each(Object.entries(different))("%s: both stay", async (_, [a, b]) => {
    const text = graphText(graphOf((g, x) => [a(g, x), b(g, x)] as Value[]));
    await twice(a, b, text, text);
  });

  it("another order of inputs: both stay", () =>
    expectKept(deduplicate, (g, x) => {
      const y = g.op("Exp", [x]);
      return [g.op("Sub", [x, y]), g.op("Sub", [y, x])];
    }));

  it("equal constants are stored once, also in different operators", async () => {
    const copy = () => normal([3]).data.slice() as Float32Array;
    const build: Build = (g, x) => [
      g.op("Add", [x, g.constant("float32", copy(), [3], "a")]),
      g.op("Mul", [x, g.constant("float32", copy(), [3], "b")]),
      g.op("Sub", [x, g.constant("float32", copy().fill(7), [3], "c")]),
    ];
    const text = "Add:2x3 -> Mul:2x3 -> Sub:2x3";
    const { nodes } = await expectRewrite(deduplicate, build, text, text, { modifies: true });
    expect(nodes.map(({ inputs }) => inputs[1]!.name)).toEqual(["a", "a", "c"]);
  });

  it("constants of another shape or dtype are not the same", () =>
    expectKept(deduplicate, (g, x) => [
      g.op("Add", [x, g.constant("float32", new Float32Array(3), [3])]),
      g.op("Sub", [x, g.constant("float32", new Float32Array(3), [1, 3])]),
      g.op("Add", [
        g.op("Cast", [x], { attributes: { to: 6 } }),
        g.constant("int32", new Int32Array(3), [3]),
      ]),
    ]));

  it("large constants that share one buffer at different places both stay", () => {
    const weights = normal([60]).data as Float32Array;
    const head =
      (start: number): Build =>
      (g, x) =>
        g.op("Gemm", [x, g.constant("float32", weights.subarray(start, start + 30), [3, 10])]);
    return twice(head(0), head(30), "Gemm:2x10 -> Gemm:2x10", "Gemm:2x10 -> Gemm:2x10");
  });

  it("one large constant used twice is the same", () => {
    const weights = normal([30]).data as Float32Array;
    const head: Build = (g, x) => g.op("Gemm", [x, g.constant("float32", weights, [3, 10])]);
    return twice(head, head, "Gemm:2x10 -> Gemm:2x10", "Gemm:2x10");
  });

  it("tells two weights of 40 MB apart", () => {
    const weights = normal([10]).data as Float32Array;
    const copy = (last: number) => {
      const data = new Float32Array(1e7);
      for (let i = 0; i < data.length; i++) data[i] = weights[i % 10]!;
      data[data.length - 1] = last;
      return data;
    };
    const graph = graphOf(
      (g, x) => [1, 1, 2].map((last) => g.op("Gemm", [x, g.constant("float32", copy(last), [10, 1e6])])),
      { shape: [2, 10] },
    );
    const { nodes } = deduplicate(graph).graph;
    expect(nodes.map(({ op }) => op)).toEqual(["Gemm", "Gemm"]);
  });
});
