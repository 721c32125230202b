import {
  batch,
  checkGraph,
  Graph,
  graphText,
  opCounts,
  optimize,
  optimizeWithReport,
  trace,
  type Value,
} from "@vaekit/export";
import { tf } from "@vaekit/train";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Network, sink, source } from "../../../packages/export/src/passes/layout/cut.ts";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs, specsOf } from "../support.ts";
import { conv, lastConv, table, toFirst, toLast, turn } from "./pictures.ts";
import {
  type Build,
  deadCode,
  expectKept,
  expectRewrite,
  layout,
  run,
  transposeToReshape,
} from "./rewrite.ts";

/** x [batch 2, height 4, width 5, channels 3]. */
const picture = { shape: [2, 4, 5, 3] };
const perChannel = (g: Graph) => table(g, [3], 9);

/** Between two convolutions that keep the channels: every Transpose but the first and the last goes. */
const between: Record<string, [Build, string]> = {
  "a function of each element": [(g, x) => g.op("Tanh", [x]), "Tanh:2x3x4x5"],
  "a sum with a constant of each channel": [(g, x) => g.op("Add", [x, perChannel(g)]), "Add:2x3x4x5"],
  "a constant on the left": [(g, x) => g.op("Sub", [perChannel(g), x]), "Sub:2x3x4x5"],
  "a constant of each place": [(g, x) => g.op("Mul", [x, table(g, [4, 5, 1], 9)]), "Mul:2x3x4x5"],
  "a constant of full rank": [(g, x) => g.op("Mul", [x, table(g, [1, 4, 5, 3], 9)]), "Mul:2x3x4x5"],
  "a scalar": [(g, x) => g.op("Mul", [g.scalar(2), x]), "Mul:2x3x4x5"],
  "a computed value of each channel": [
    (g, x) => g.op("Add", [x, g.op("Exp", [perChannel(g)])]),
    "Exp:3 -> Reshape:3x1x1 -> Add:2x3x4x5",
  ],
  "the sum of two": [(g, x) => g.op("Add", [x, g.op("Relu", [x])]), "Relu:2x3x4x5 -> Add:2x3x4x5"],
  Clip: [(g, x) => g.op("Clip", [x, g.scalar(0), g.scalar(6)]), "Clip:2x3x4x5"],
  "PRelu with a slope of each channel": [(g, x) => g.op("PRelu", [x, perChannel(g)]), "PRelu:2x3x4x5"],
  Where: [
    (g, x) => g.op("Where", [g.op("Greater", [x, perChannel(g)]), x, g.scalar(0)]),
    "Greater:2x3x4x5 -> Where:2x3x4x5",
  ],
  "Concat of channels": [
    (g, x) => g.op("Concat", [x, x, table(g, [2, 4, 5, 1], 9)], { attributes: { axis: -1 } }),
    "Concat:2x7x4x5",
  ],
  "Concat of rows": [(g, x) => g.op("Concat", [x, x], { attributes: { axis: 1 } }), "Concat:2x3x8x5"],
  Split: [
    (g, x) => {
      const [a, b] = g.ops("Split", [x, g.ints([1, 2])], { attributes: { axis: 3 } });
      return g.op("Mul", [b!, a!]);
    },
    "Split:2x1x4x5 -> Mul:2x2x4x5",
  ],
  Pad: [(g, x) => g.op("Pad", [x, g.ints([0, 1, 2, 0, 0, 1, 0, 1]), g.scalar(7)]), "Pad:2x4x6x7"],
  "Slice of axes": [
    (g, x) => g.op("Slice", [x, g.ints([1, 0]), g.ints([3, 4]), g.ints([-3, 2]), g.ints([1, 2])]),
    "Slice:2x3x2x2",
  ],
  "Slice from the first axis on": [
    (g, x) => g.op("Slice", [x, g.ints([0, 1]), g.ints([2, 3])]),
    "Slice:2x3x2x5",
  ],
  Tile: [(g, x) => g.op("Tile", [x, g.ints([1, 2, 1, 3])]), "Tile:2x9x8x5"],
  "a mean that keeps its axes": [
    (g, x) => g.op("Mul", [x, g.op("ReduceMean", [x], { attributes: { axes: [1, 2], keepdims: 1 } })]),
    "ReduceMean:2x3x1x1 -> Mul:2x3x4x5",
  ],
  "a sum over channels": [
    (g, x) => g.op("Sub", [x, g.op("ReduceSum", [x, g.ints([-1])], { attributes: { keepdims: 1 } })]),
    "ReduceSum:2x1x4x5 -> Sub:2x3x4x5",
  ],
  "Resize by scales": [
    (g, x) =>
      g.op("Resize", [x, null, g.constant("float32", Float32Array.of(1, 2, 3, 1), [4])], {
        attributes: { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
      }),
    "Resize:2x3x8x15",
  ],
  "Resize to sizes": [
    (g, x) =>
      g.op("Resize", [x, null, null, g.ints([2, 8, 5, 3])], {
        attributes: { mode: "linear", coordinate_transformation_mode: "half_pixel" },
      }),
    "Resize:2x3x8x5",
  ],
};

describe("layout: between two convolutions channels stay first through", () => {
  it.each(Object.entries(between))("%s", async (_, [build, inner]) => {
    const graph = await expectLayout((g, x) => lastConv(g, build(g, lastConv(g, x, 3)) as Value, 3, 2));
    expect(graphText(graph)).toMatch(
      new RegExp(`^Transpose:2x3x4x5 -> Conv:2x3x4x5 -> ${inner} -> Conv:\\w+ -> Transpose:\\w+$`),
    );
  });
});

/** What goes out of a convolution without its height and width needs no Transpose at all. */
const ends: Record<string, [Build, string]> = {
  "a mean over height and width": [
    (g, x) => g.op("ReduceMean", [x], { attributes: { axes: [1, 2], keepdims: 0 } }),
    "ReduceMean:2x3",
  ],
  "a mean over everything": [
    (g, x) => g.op("ReduceMean", [x], { attributes: { keepdims: 0 } }),
    "ReduceMean:scalar",
  ],
  "the channel of the maximum": [
    (g, x) => g.op("ArgMax", [x], { attributes: { axis: -1, keepdims: 0 } }),
    "ArgMax:2x4x5",
  ],
  "the size of the batch": [(g, x) => g.op("Shape", [x], { attributes: { start: 0, end: 1 } }), "Shape:1"],
};

describe("layout: no Transpose behind a convolution in front of", () => {
  it.each(Object.entries(ends))("%s", async (_, [build, text]) => {
    const graph = await expectLayout((g, x) => build(g, lastConv(g, x, 3)));
    expect(graphText(graph)).toBe(`Transpose:2x3x4x5 -> Conv:2x3x4x5 -> ${text}`);
  });

  it("a maximum along the rows, which loses the order: there it stays", () =>
    expectKept(
      layout,
      (g, x) => g.op("ReduceMax", [lastConv(g, x, 3)], { attributes: { axes: [1], keepdims: 0 } }),
      picture,
    ));
});

/** Transposes that move elements: those of axes of size 1 are reshapes. */
function copies(graph: Graph): number {
  return opCounts(transposeToReshape(graph).graph).Transpose ?? 0;
}

/** The pass, its invariants, and the same results. Graphs that turn twice in one direction take it several times. */
async function expectLayout(build: Build, { shape = picture.shape, times = 1 } = {}): Promise<Graph> {
  const graph = new Graph();
  const built = build(graph, graph.input("x", "float32", shape));
  for (const [i, value] of (Array.isArray(built) ? built : [built]).entries()) graph.output(`y${i}`, value);
  checkGraph(graph);
  // What nobody needs would ask for an order, too.
  let result = deadCode(graph).graph;
  for (let i = 0; i < times; i++) result = deadCode(layout(result).graph).graph;
  checkGraph(result);
  expect(layout(result).modified).toBe(false);
  expect(copies(result)).toBeLessThanOrEqual(copies(graph));
  const feeds = { x: normal(shape) };
  expectSameOutputs(await run(result, feeds), await run(graph, feeds));
  return result;
}

describe("layout", () => {
  it("a residual block has one Transpose at each end", () =>
    expectRewrite(
      layout,
      (g, x) => {
        const h = g.op("Relu", [lastConv(g, x, 3)]);
        return g.op("Relu", [g.op("Add", [h, lastConv(g, h, 3, 2)])]);
      },
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3 -> Relu:2x4x5x3 -> Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3 -> Add:2x4x5x3 -> Relu:2x4x5x3",
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Relu:2x3x4x5 -> Conv:2x3x4x5 -> Add:2x3x4x5 -> Relu:2x3x4x5 -> Transpose:2x4x5x3",
      picture,
    ));

  it("a connection from the input takes the Transpose that is there", () =>
    expectRewrite(
      layout,
      (g, x) => lastConv(g, g.op("Add", [x, lastConv(g, x, 3)]), 3, 2),
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3 -> Add:2x4x5x3 -> Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3",
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Add:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3",
      picture,
    ));

  it("several outputs in the order of the input: the one Transpose stays in front of them", () =>
    expectKept(
      layout,
      (g, x) => {
        const y = lastConv(g, x, 3);
        return [g.op("Exp", [y]), g.op("Tanh", [y]), y];
      },
      picture,
    ));

  it("the smaller tensor is transposed: pixels before they are cast, a sum after it is made", async () => {
    const graph = new Graph();
    const x = graph.input("x", "uint8", [2, 4, 5, 3]);
    const pixels = graph.op("Cast", [x], { attributes: { to: 1 } });
    const y = lastConv(graph, graph.op("Div", [pixels, graph.scalar(255)]), 8);
    graph.output("y", graph.op("ReduceSum", [y, graph.ints([3])], { attributes: { keepdims: 1 } }));
    const result = layout(graph).graph;
    expect(graphText(result)).toBe(
      "Transpose:2x3x4x5 -> Cast:2x3x4x5 -> Div:2x3x4x5 -> Conv:2x8x4x5 -> ReduceSum:2x1x4x5 -> Transpose:2x4x5x1",
    );
    expect(result.nodes[0]!.outputs[0]!.dtype).toBe("uint8");
    const feeds = {
      x: {
        dtype: "uint8" as const,
        shape: [2, 4, 5, 3],
        data: Uint8Array.from({ length: 120 }, (_, i) => (i * 37) % 256),
      },
    };
    expectSameOutputs(await run(result, feeds), await run(graph, feeds));
  });

  it("a softmax over channels stays last, where ONNX Runtime needs no Transpose of its own", () =>
    expectKept(
      layout,
      (g, x) => g.op("Softmax", [lastConv(g, x, 3)], { attributes: { axis: -1 } }),
      picture,
    ));

  it("but goes along between two convolutions", () =>
    expectRewrite(
      layout,
      (g, x) => lastConv(g, g.op("Softmax", [lastConv(g, x, 3)], { attributes: { axis: -1 } }), 3, 2),
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3 -> Softmax:2x4x5x3 -> Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3",
      "Transpose:2x3x4x5 -> Conv:2x3x4x5 -> Softmax:2x3x4x5 -> Conv:2x3x4x5 -> Transpose:2x4x5x3",
      picture,
    ));

  it("what a graph of channels first does with channels last goes the other way", () =>
    expectRewrite(
      layout,
      (g, x) =>
        turn(g, g.op("Softmax", [g.op("Exp", [turn(g, x, toLast)])], { attributes: { axis: 1 } }), toFirst),
      "Transpose:2x5x3x4 -> Exp:2x5x3x4 -> Softmax:2x5x3x4 -> Transpose:2x4x5x3",
      "Exp:2x4x5x3 -> Softmax:2x4x5x3",
      picture,
    ));

  it("volumes have orders of their own", () =>
    expectRewrite(
      layout,
      (g, x) =>
        turn(g, g.op("Relu", [turn(g, g.op("Add", [x, perChannel(g)]), [0, 4, 1, 2, 3])]), [0, 2, 3, 4, 1]),
      "Add:2x4x5x6x3 -> Transpose:2x3x4x5x6 -> Relu:2x3x4x5x6 -> Transpose:2x4x5x6x3",
      "Add:2x4x5x6x3 -> Relu:2x4x5x6x3",
      { shape: [2, 4, 5, 6, 3] },
    ));

  it("so have series, of which both orders are turned by one permutation", () =>
    expectRewrite(
      layout,
      (g, x) => turn(g, g.op("Add", [g.op("Exp", [turn(g, x, [0, 2, 1])]), table(g, [3, 1], 9)]), [0, 2, 1]),
      "Transpose:2x3x4 -> Exp:2x3x4 -> Add:2x3x4 -> Transpose:2x4x3",
      "Exp:2x4x3 -> Add:2x4x3",
      { shape: [2, 4, 3] },
    ));

  it("other permutations are left alone", () =>
    expectKept(layout, (g, x) => g.op("Exp", [turn(g, x, [0, 2, 1, 3])]), picture));

  it("keeps a symbolic batch", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 4, 5, 3]);
    graph.output("y", lastConv(graph, graph.op("Relu", [lastConv(graph, x, 3)]), 3, 2));
    const result = layout(graph).graph;
    checkGraph(result);
    expect(graphText(result)).toBe(
      "Transpose:batchx3x4x5 -> Conv:batchx3x4x5 -> Relu:batchx3x4x5 -> Conv:batchx3x4x5 -> Transpose:batchx4x5x3",
    );
  });
});

/** Each step takes earlier pictures [2, 4, 4, 4], channels last, and makes another. */
const steps: Record<string, (g: Graph, a: Value, b: Value, n: number) => Value> = {
  conv: (g, a, _, n) => lastConv(g, a, 4, n),
  relu: (g, a) => g.op("Relu", [a]),
  add: (g, a, b) => g.op("Add", [a, b]),
  gate: (g, a, b) => g.op("Mul", [a, g.op("ReduceMean", [b], { attributes: { axes: [1, 2], keepdims: 1 } })]),
  channels: (g, a, _, n) => g.op("Sub", [a, table(g, [4], n)]),
  rows: (g, a, _, n) => g.op("Mul", [a, table(g, [4, 1, 1], n)]),
  halves: (g, a, b) => {
    const parts = [a, b].map((x) => g.op("Slice", [x, g.ints([1]), g.ints([3]), g.ints([3])]));
    return g.op("Concat", parts, { attributes: { axis: 3 } });
  },
  split: (g, a, b) => {
    const [left] = g.ops("Split", [a, g.ints([1, 3])], { attributes: { axis: 2 } });
    return g.op("Add", [left!, b]);
  },
  softmax: (g, a) => g.op("Softmax", [a], { attributes: { axis: 3 } }),
  transposed: (g, a) => turn(g, a, toFirst),
  back: (g, a) => turn(g, a, toLast),
  first: (g, a, _, n) => conv(g, a, 4, n),
  reshaped: (g, a) =>
    g.op("Reshape", [g.op("Tanh", [g.op("Reshape", [a, g.ints([2, 64])])]), g.ints([2, 4, 4, 4])]),
  padded: (g, a) => {
    const wide = g.op("Pad", [a, g.ints([0, 1, 0, 0, 0, 0, 1, 0])]);
    return g.op("Slice", [wide, g.ints([0, 1]), g.ints([4, 5]), g.ints([1, 2])]);
  },
};

describe("layout, on any graph,", () => {
  it("keeps the results, adds no Transpose, and comes to an end; so does optimize", async () => {
    const line = fc.record({ step: fc.constantFrom(...Object.keys(steps)), a: fc.nat(30), b: fc.nat(30) });
    const program = fc.array(line, { minLength: 2, maxLength: 14 });
    const shape = [2, 4, 4, 4];
    const property = fc.asyncProperty(program, fc.nat(30), async (lines, extra) => {
      const build: Build = (g, x) => {
        const made = [x];
        for (const [n, { step, a, b }] of lines.entries()) {
          const sum = steps[step]!(g, made[a % made.length]!, made[b % made.length]!, n + 1);
          // Keeps numbers near 1, whatever the program.
          made.push(g.op("Div", [sum, g.scalar(4)]));
        }
        return [made.at(-1)!, g.op("Exp", [made[extra % made.length]!])];
      };
      await expectLayout(build, { shape, times: 10 });
      const graph = new Graph();
      const [y, z] = build(graph, graph.input("x", "float32", shape)) as Value[];
      graph.output("y", y!);
      graph.output("z", z!);
      const { graph: once, report } = optimizeWithReport(graph, { check: true });
      expect(report.settled).toBe(true);
      expect(copies(once)).toBeLessThanOrEqual(copies(graph));
      expect(graphText(optimize(once))).toBe(graphText(once));
      const feeds = { x: normal(shape) };
      expectSameOutputs(await run(once, feeds), await run(graph, feeds), 1e-5);
    });
    await fc.assert(property, { numRuns: 60, seed: 5 });
  });
});

describe("Network", () => {
  it("finds the cheapest cut of all", () => {
    const edge = fc.record({ from: fc.nat(6), to: fc.nat(6), capacity: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 25 }), (edges) => {
        const network = new Network();
        for (let i = 2; i < 7; i++) network.node();
        for (const { from, to, capacity } of edges) network.edge(from, to, capacity);
        const cost = (side: (node: number) => boolean) =>
          edges.reduce((sum, { from, to, capacity }) => sum + (side(from) && !side(to) ? capacity : 0), 0);
        const sides = Array.from(
          { length: 2 ** 5 },
          (_, bits) => (node: number) =>
            node === source || (node !== sink && ((bits >> (node - 2)) & 1) === 1),
        );
        const found = network.cut();
        expect(found[source]).toBe(true);
        expect(found[sink]).toBe(false);
        expect(cost((node) => found[node]!)).toBe(Math.min(...sides.map(cost)));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** ONNX Runtime's own optimiser makes the move that is refused here, and then finds no kernel: hence without it. */
it("a linear Resize keeps an order of axes that ONNX Runtime has a kernel for", async () => {
  const fn: NamedFunction = (inputs) => ({
    y: tf.transpose(
      tf.image.resizeBilinear(tf.transpose(inputs.x!, [0, 3, 1, 2]) as tf.Tensor4D, [6, 8]),
      [0, 2, 3, 1],
    ),
  });
  const feeds = { x: normal([2, 4, 6, 3]) };
  const graph = optimize(trace(fn, specsOf(feeds)));
  expect(graphText(graph)).toBe("Transpose:2x6x3x4 -> Resize:2x6x6x8 -> Transpose:2x8x6x6");
  expectSameOutputs(await runOnnx(graph, feeds, { optimization: "disabled" }), runTfjs(fn, feeds));
});
