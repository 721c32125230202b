import { type Graph, graphText, opCounts, optimize, type Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs } from "../support.ts";
import { conv, positive, table } from "./pictures.ts";
import { type Build, convBias, expectKept, expectRewrite, foldAffine, graphOf, run } from "./rewrite.ts";

const picture = { shape: [2, 4, 5, 6] };
const channel = (g: Graph, n: number, seed = 9) => table(g, [n, 1, 1], seed);
const valid = (g: Graph, x: Value, filters: number) =>
  g.op("Conv", [x, table(g, [filters, x.shape[1] as number, 2, 2])]);
const grouped = (g: Graph, x: Value) =>
  g.op("Conv", [x, table(g, [8, 2, 2, 2]), table(g, [8], 3)], { attributes: { group: 2 } });
const transposed = (g: Graph, x: Value, group = 1) =>
  g.op("ConvTranspose", [x, table(g, [4, 3, 2, 2])], { attributes: { strides: [2, 2], group } });
const gemm = (g: Graph, x: Value) => g.op("Gemm", [x, table(g, [3, 4]), table(g, [4], 2)]);

/** The product comes first: its text, and x of another shape where it takes pictures. */
const before: Record<string, [Build, string, string, object?]> = {
  "a factor of each channel, behind Conv": [
    (g, x) => g.op("Mul", [conv(g, x, 7), channel(g, 7)]),
    "Conv:2x7x5x6 -> Mul:2x7x5x6",
    "Conv:2x7x5x6",
    picture,
  ],
  "a term of each channel, behind Conv": [
    (g, x) => g.op("Add", [channel(g, 7), conv(g, x, 7)]),
    "Conv:2x7x5x6 -> Add:2x7x5x6",
    "Conv:2x7x5x6",
    picture,
  ],
  "a divisor, behind Conv": [
    (g, x) => g.op("Div", [conv(g, x, 7), positive(g, [7, 1, 1])]),
    "Conv:2x7x5x6 -> Div:2x7x5x6",
    "Conv:2x7x5x6",
    picture,
  ],
  "a scalar less Conv": [
    (g, x) => g.op("Sub", [g.scalar(1), conv(g, x, 7)]),
    "Conv:2x7x5x6 -> Sub:2x7x5x6",
    "Conv:2x7x5x6",
    picture,
  ],
  "behind Conv with groups and a bias": [
    (g, x) => g.op("Mul", [grouped(g, x), channel(g, 8)]),
    "Conv:2x8x4x5 -> Mul:2x8x4x5",
    "Conv:2x8x4x5",
    picture,
  ],
  "behind ConvTranspose": [
    (g, x) => g.op("Mul", [transposed(g, x), channel(g, 3)]),
    "ConvTranspose:2x3x10x12 -> Mul:2x3x10x12",
    "ConvTranspose:2x3x10x12",
    picture,
  ],
  "behind ConvTranspose with groups": [
    (g, x) => g.op("Mul", [transposed(g, x, 2), channel(g, 6)]),
    "ConvTranspose:2x6x10x12 -> Mul:2x6x10x12",
    "ConvTranspose:2x6x10x12",
    picture,
  ],
  "a term behind ConvTranspose": [
    (g, x) => g.op("Add", [transposed(g, x), channel(g, 3)]),
    "ConvTranspose:2x3x10x12 -> Add:2x3x10x12",
    "ConvTranspose:2x3x10x12",
    picture,
  ],
  "behind Gemm": [(g, x) => g.op("Mul", [gemm(g, x), table(g, [4], 9)]), "Gemm:2x4 -> Mul:2x4", "Gemm:2x4"],
  "a term behind Gemm with a bias": [
    (g, x) => g.op("Sub", [gemm(g, x), table(g, [1, 4], 9)]),
    "Gemm:2x4 -> Sub:2x4",
    "Gemm:2x4",
  ],
  "behind Gemm of a transposed weight": [
    (g, x) =>
      g.op("Mul", [g.op("Gemm", [x, table(g, [4, 3])], { attributes: { transB: 1 } }), table(g, [4], 9)]),
    "Gemm:2x4 -> Mul:2x4",
    "Gemm:2x4",
  ],
  "behind MatMul": [
    (g, x) => g.op("Mul", [g.op("MatMul", [x, table(g, [3, 4])]), table(g, [4], 9)]),
    "MatMul:2x4 -> Mul:2x4",
    "MatMul:2x4",
  ],
};

const behind: Record<string, [Build, string, string, object?]> = {
  "a factor in front of Conv, padded too": [
    (g, x) => conv(g, g.op("Mul", [x, channel(g, 4)]), 7),
    "Mul:2x4x5x6 -> Conv:2x7x5x6",
    "Conv:2x7x5x6",
    picture,
  ],
  "a term in front of Conv": [
    (g, x) => valid(g, g.op("Add", [x, channel(g, 4)]), 7),
    "Add:2x4x5x6 -> Conv:2x7x4x5",
    "Conv:2x7x4x5",
    picture,
  ],
  "a factor in front of Conv with groups": [
    (g, x) => grouped(g, g.op("Mul", [x, channel(g, 4)])),
    "Mul:2x4x5x6 -> Conv:2x8x4x5",
    "Conv:2x8x4x5",
    picture,
  ],
  "a term in front of Conv with groups": [
    (g, x) => grouped(g, g.op("Sub", [x, channel(g, 4)])),
    "Sub:2x4x5x6 -> Conv:2x8x4x5",
    "Conv:2x8x4x5",
    picture,
  ],
  "a factor in front of ConvTranspose": [
    (g, x) => transposed(g, g.op("Mul", [x, channel(g, 4)])),
    "Mul:2x4x5x6 -> ConvTranspose:2x3x10x12",
    "ConvTranspose:2x3x10x12",
    picture,
  ],
  "a factor in front of ConvTranspose with groups": [
    (g, x) => transposed(g, g.op("Mul", [x, channel(g, 4)]), 2),
    "Mul:2x4x5x6 -> ConvTranspose:2x6x10x12",
    "ConvTranspose:2x6x10x12",
    picture,
  ],
  "pixels in 0 to 255": [
    (g, x) => gemm(g, g.op("Div", [x, g.scalar(255)])),
    "Div:2x3 -> Gemm:2x4",
    "Gemm:2x4",
  ],
  "a term in front of Gemm": [
    (g, x) => gemm(g, g.op("Add", [x, table(g, [3], 9)])),
    "Add:2x3 -> Gemm:2x4",
    "Gemm:2x4",
  ],
};

describe("foldAffine", () => {
  it.each(Object.entries(before))("%s", async (_, [build, text, after, options]) => {
    await expectRewrite(foldAffine, build, text, after, options);
  });
  it.each(Object.entries(behind))("%s", async (_, [build, text, after, options]) => {
    await expectRewrite(foldAffine, build, text, after, options);
  });

  const kept: Record<string, [Build, object?]> = {
    "a term in front of a padded Conv": [(g, x) => conv(g, g.op("Add", [x, channel(g, 4)]), 7), picture],
    "a term in front of ConvTranspose": [(g, x) => transposed(g, g.op("Add", [x, channel(g, 4)])), picture],
    "a factor of each row": [(g, x) => g.op("Mul", [conv(g, x, 5), table(g, [5, 1], 9)]), picture],
    "a product that is used elsewhere": [
      (g, x) => {
        const y = conv(g, x, 7);
        return [g.op("Mul", [y, channel(g, 7)]), y];
      },
      picture,
    ],
    "a term behind MatMul, which takes no bias": [
      (g, x) => g.op("Add", [g.op("MatMul", [x, table(g, [3, 4])]), table(g, [4], 9)]),
    ],
    "a computed weight": [
      (g, x) => g.op("Mul", [g.op("Gemm", [x, g.op("Exp", [table(g, [3, 4])])]), table(g, [4], 9)]),
    ],
    "an offset far larger than the spread": [(g, x) => gemm(g, g.op("Sub", [x, g.scalar(2020)]))],
    "a scaled Gemm": [
      (g, x) =>
        g.op("Mul", [
          g.op("Gemm", [x, table(g, [3, 4])], { attributes: { alpha: { float: 2 } } }),
          table(g, [4], 9),
        ]),
    ],
  };
  it.each(Object.entries(kept))("%s stays", (_, [build, options]) => expectKept(foldAffine, build, options));

  it("a large weight that two products share is not copied", () => {
    const shared: Build = (g, x) => {
      const weight = table(g, [3, 500]);
      return [
        g.op("Mul", [g.op("Gemm", [x, weight]), g.scalar(2)]),
        g.op("Gemm", [g.op("Exp", [x]), weight]),
      ];
    };
    return expectKept(foldAffine, shared);
  });

  it("weight and bias keep the variables' names, and the product its layer", async () => {
    const graph = graphOf((g, x) => {
      g.origin = { kernel: "Conv2D", scope: "encoder/conv" };
      const y = g.op("Conv", [x, table(g, [7, 4, 2, 2], 1, "kernel")]);
      g.origin = { kernel: "Add", scope: "encoder/bias" };
      return g.op("Add", [y, table(g, [7, 1, 1], 2, "bias")]);
    }, picture);
    const { nodes } = foldAffine(graph).graph;
    const last = nodes.at(-1)!;
    expect(last.inputs.slice(1).map((input) => input!.name)).toEqual(["kernel", "bias"]);
    expect(last.origin.scope).toBe("encoder/conv");
  });
});

describe("convBias", () => {
  const computed = (g: Graph, n: number) => g.op("Exp", [table(g, [n])]);
  it("a computed bias of each channel goes into Conv and ConvTranspose", async () => {
    const bias = (g: Graph, n: number) => g.op("Reshape", [computed(g, n), g.ints([n, 1, 1])]);
    await expectRewrite(
      convBias,
      (g, x) => g.op("Add", [conv(g, x, 7), bias(g, 7)]),
      "Conv:2x7x5x6 -> Exp:7 -> Reshape:7x1x1 -> Add:2x7x5x6",
      "Exp:7 -> Conv:2x7x5x6",
      picture,
    );
    await expectRewrite(
      convBias,
      (g, x) => g.op("Add", [bias(g, 3), transposed(g, x)]),
      "Exp:3 -> Reshape:3x1x1 -> ConvTranspose:2x3x10x12 -> Add:2x3x10x12",
      "Exp:3 -> ConvTranspose:2x3x10x12",
      picture,
    );
  });

  it("one of each row stays", () =>
    expectKept(
      convBias,
      (g, x) => g.op("Add", [conv(g, x, 5), g.op("Reshape", [computed(g, 5), g.ints([5, 1])])]),
      picture,
    ));
});

describe("batch normalisation as arithmetic", () => {
  /** (x - mean) / sqrt(variance + epsilon) * scale + offset of each channel, as the lowering has it. */
  const normalized = (g: Graph, x: Value, n: number) => {
    const deviation = g.op("Sqrt", [g.op("Add", [positive(g, [n, 1, 1], 4), g.scalar(1e-3)])]);
    const y = g.op("Div", [g.op("Sub", [x, channel(g, n, 5)]), deviation]);
    return g.op("Add", [g.op("Mul", [y, channel(g, n, 6)]), channel(g, n, 7)]);
  };
  const optimized = async (build: Build, text: string) => {
    const graph = graphOf(build, picture);
    const result = optimize(graph, { check: true });
    expect(graphText(result)).toBe(text);
    const feeds = { x: normal(picture.shape) };
    expectSameOutputs(await run(result, feeds), await run(graph, feeds), 1e-5);
    return result;
  };

  it("behind a convolution costs nothing", () =>
    optimized((g, x) => g.op("Relu", [normalized(g, conv(g, x, 7), 7)]), "Conv:2x7x5x6 -> Relu:2x7x5x6"));
  it("in front of one that is not padded, too", () =>
    optimized((g, x) => valid(g, normalized(g, x, 4), 7), "Conv:2x7x4x5"));
  it("in front of one that is padded, is a product and a sum", async () => {
    const result = await optimized(
      (g, x) => conv(g, normalized(g, g.op("Relu", [x]), 4), 7),
      "Relu:2x4x5x6 -> Mul:2x4x5x6 -> Add:2x4x5x6 -> Conv:2x7x5x6",
    );
    expect(opCounts(result)).toEqual({ Relu: 1, Mul: 1, Add: 1, Conv: 1 });
  });
});
