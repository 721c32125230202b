import {
  type Attributes,
  checkGraph,
  encodeModel,
  Graph,
  graphText,
  opsets,
  storeWeights,
  type WeightFormat,
} from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { batch } from "../../../packages/export/src/ir/value.js";
import { normal } from "../lower/values.ts";
import { runOnnx } from "../support.ts";
import { convolutions, dense, relativeError, weight } from "./graphs.ts";

async function errorOf(graph: Graph, weights: WeightFormat, feeds: Parameters<typeof runOnnx>[1]) {
  const small = storeWeights(graph, weights).graph;
  const [want, got] = [await runOnnx(graph, feeds), await runOnnx(small, feeds)];
  return relativeError(got.y!.data as Float32Array, want.y!.data as Float32Array);
}

describe("storeWeights", () => {
  it("changes nothing for fp32", () => {
    const graph = dense();
    const { graph: same, report } = storeWeights(graph, "fp32");
    expect(same).toBe(graph);
    expect(report.bytes.after).toBe(report.bytes.before);
    expect(report.stored).toEqual([]);
  });

  it("fp16: a Cast for each large constant; biases stay; the graph that came in stays as it was", () => {
    const graph = dense();
    const text = graphText(graph);
    const { graph: small, report } = storeWeights(graph, "fp16");
    checkGraph(small);
    expect(graphText(small)).toBe(
      "Cast:256x512 -> Gemm:batchx512 -> Relu:batchx512 -> Cast:300x512 -> Gemm:batchx300",
    );
    expect(graphText(graph)).toBe(text);
    const bias = 512 * 4;
    const weights = (256 * 512 + 300 * 512) * 4;
    expect(report.bytes).toEqual({ before: weights + bias, after: weights / 2 + bias });
    expect(report.stored.map(({ name, as, shape }) => [name, as, shape])).toEqual([
      ["kernel", "float16", [256, 512]],
      ["decoder/dense_2/Gemm", "float16", [300, 512]],
    ]);
    // 11 significant bits: half a unit in the last place.
    expect(report.error.maxRelative).toBeLessThanOrEqual(2 ** -11);
    expect(report.error.maxRelative).toBeGreaterThan(2 ** -14);
  });

  it("int8: Cast and Mul; scales by output channel", () => {
    const { graph, report } = storeWeights(dense(), "int8");
    checkGraph(graph);
    expect(graphText(graph)).toBe(
      "Cast:256x512 -> Mul:256x512 -> Gemm:batchx512 -> Relu:batchx512 -> Cast:300x512 -> Mul:300x512 -> Gemm:batchx300",
    );
    const scales = graph.nodes.filter(({ op }) => op === "Mul").map(({ inputs }) => inputs[1]!.shape);
    expect(scales).toEqual([
      [1, 512],
      [300, 1],
    ]);
    const weights = 256 * 512 + 300 * 512;
    expect(report.bytes.after).toBe(weights + (512 + 300) * 4 + 512 * 4);
    expect(report.error.maxRelative).toBeLessThanOrEqual(0.5 / 127 + 1e-6);
  });

  it("names what it makes after the variable and its layer", () => {
    const { graph } = storeWeights(dense(), "int8");
    const [cast, mul] = graph.nodes;
    expect([cast!.inputs[0]!.name, mul!.inputs[1]!.name]).toEqual(["kernel", "kernel:scale"]);
    expect([cast!.origin.scope, mul!.origin.scope]).toEqual(["decoder/dense_1", "decoder/dense_1"]);
  });

  it.each([
    ["fp16", 5e-4],
    // Uniform rounding is off by scale / sqrt(12); the largest of 256 normal weights is about 3, so 0.7 % a layer.
    ["int8", 1.5e-2],
    // 7 bits a weight.
    ["int8-dynamic", 3e-2],
  ] as const)("%s computes about the same", async (weights, limit) => {
    const error = await errorOf(dense(), weights, { x: normal([5, 256], 9) });
    expect(error).toBeLessThan(limit);
    expect(error).toBeGreaterThan(limit / 50);
  });

  it.each([
    ["fp16", 5e-4],
    // Three layers, of 0.7 % each.
    ["int8", 2e-2],
  ] as const)(
    "%s convolutions, plain, depthwise and transposed, compute about the same",
    async (weights, limit) => {
      const graph = convolutions();
      expect(storeWeights(graph, weights).report.stored).toHaveLength(3);
      const error = await errorOf(graph, weights, { x: normal([2, 16, 8, 8], 9) });
      expect(error).toBeLessThan(limit);
      expect(error).toBeGreaterThan(limit / 50);
    },
  );

  it("loads and computes the same at each of ONNX Runtime's optimisation levels, in Node and WebAssembly", async () => {
    const feeds = { x: normal([3, 256], 9) };
    for (const weights of ["fp16", "int8", "int8-dynamic"] as const) {
      const { graph } = storeWeights(dense(), weights);
      const want = (await runOnnx(graph, feeds)).y!.data as Float32Array;
      for (const optimization of ["disabled", "basic", "extended", "all"] as const) {
        for (const name of ["node", "web"] as const) {
          const session = await (await loadRuntime(name)).createSession(encodeModel(graph), { optimization });
          const { y } = await session.run(feeds);
          await session.dispose();
          expect(y!.data as Float32Array, `${weights} ${name} ${optimization}`).toBeAllClose(want, {
            scaleTol: 1e-6,
          });
        }
      }
    }
  });

  it.each([opsets.oldest, 17, 21, opsets.newest])("is valid in opset %i", async (opset) => {
    for (const weights of ["fp16", "int8", "int8-dynamic"] as const)
      await expect(storeWeights(dense(opset), weights).graph).toRunInOrt();
  });

  it("keeps a weight that half precision cannot hold, and says so", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 64]);
    const data = new Float32Array(64 * 64).fill(0.5);
    data[7] = 7e4;
    graph.output("y", graph.op("MatMul", [x, graph.constant("float32", data, [64, 64], "mask")]));
    const { graph: small, report } = storeWeights(graph, "fp16");
    expect(graphText(small)).toBe("MatMul:batchx64");
    expect(report.stored).toEqual([]);
    expect(report.kept).toEqual([{ name: "mask", why: expect.stringContaining("65504") }]);
  });

  it.each([
    [1e-9, 1],
    [1e-5, 1],
    [1e-3, 0],
    [0, 0],
  ])("numbers about %d: half precision leaves %i weights as they are", (size, kept) => {
    const graph = new Graph();
    const data = (normal([64, 64]).data as Float32Array).map((value) => value * size);
    const weight = graph.constant("float32", data, [64, 64], "small");
    graph.output("y", graph.op("MatMul", [graph.input("x", "float32", [batch, 64]), weight]));
    const { report } = storeWeights(graph, "fp16");
    expect(report.kept.map(({ why }) => /too small for float16/.test(why))).toEqual(Array(kept).fill(true));
    expect(report.stored).toHaveLength(1 - kept);
  });

  it.each([Number.NaN, Infinity])("int8 keeps a weight that holds %f", (bad) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 64]);
    const data = new Float32Array(64 * 64).fill(0.5);
    data[7] = bad;
    graph.output("y", graph.op("MatMul", [x, graph.constant("float32", data, [64, 64])]));
    const { graph: small, report } = storeWeights(graph, "int8");
    expect(graphText(small)).toBe("MatMul:batchx64");
    expect(report.kept).toHaveLength(1);
  });
});

describe("which channels have a scale of their own", () => {
  /** The scale's shape for a weight that one operator uses. */
  function scaleOf(
    op: string,
    sizes: readonly (readonly number[])[],
    at: number,
    attributes: Attributes = {},
  ): readonly unknown[] {
    const graph = new Graph();
    const inputs = sizes.map((shape, i) =>
      i === at ? weight(graph, shape) : graph.input(`x${i}`, "float32", shape),
    );
    graph.output("y", graph.op(op, inputs, { attributes }));
    const { graph: small } = storeWeights(graph, "int8");
    checkGraph(small);
    return small.nodes.find(({ op }) => op === "Mul")?.inputs[1]?.shape ?? ["none"];
  }
  const picture = [2, 32, 8, 8];

  it.each<[string, unknown[], ReturnType<typeof scaleOf>]>([
    [
      "MatMul, right",
      [
        [4, 64],
        [64, 32],
      ],
      [1, 32],
    ],
    [
      "MatMul, left",
      [
        [32, 64],
        [64, 4],
      ],
      [32, 1],
    ],
    [
      "MatMul, a stack",
      [
        [3, 4, 64],
        [3, 64, 32],
      ],
      [3, 1, 32],
    ],
    [
      "Gemm",
      [
        [4, 64],
        [64, 32],
      ],
      [1, 32],
    ],
    [
      "Gemm transB",
      [
        [4, 64],
        [32, 64],
      ],
      [32, 1],
    ],
    [
      "Gemm left",
      [
        [32, 64],
        [64, 4],
      ],
      [32, 1],
    ],
    [
      "Gemm left transA",
      [
        [64, 32],
        [64, 4],
      ],
      [1, 32],
    ],
    ["Conv", [picture, [16, 32, 3, 3]], [16, 1, 1, 1]],
    ["Conv group", [picture, [64, 8, 3, 3]], [64, 1, 1, 1]],
    ["ConvTranspose", [picture, [32, 16, 3, 3]], [1, 16, 1, 1]],
    ["ConvTranspose group", [picture, [32, 8, 3, 3]], [1, 8, 1, 1]],
    [
      "ConvTranspose depthwise",
      [
        [2, 128, 8, 8],
        [128, 1, 3, 3],
      ],
      [128, 1, 1, 1],
    ],
  ])("%s", (name, sizes, expected) => {
    const [op, ...how] = name.replace(",", "").split(" ") as [string, ...string[]];
    const at = how.includes("left") ? 0 : 1;
    const group = name.includes("depthwise") ? 128 : how.includes("group") ? 4 : undefined;
    const attributes: Attributes = {
      ...(how.includes("transB") && { transB: 1 }),
      ...(how.includes("transA") && { transA: 1 }),
      ...(group && { group }),
    };
    expect(scaleOf(op, sizes as number[][], at, attributes)).toEqual(expected);
  });

  it("a weight that two nodes use along different axes is stored once, with the channels that fit it better", () => {
    for (const [wide, expected] of [
      ["columns", [1, 40]],
      ["rows", [64, 1]],
    ] as const) {
      const graph = new Graph();
      const data = (normal([64, 40]).data as Float32Array).map(
        (value, i) => value * 10 ** ((wide === "columns" ? i % 40 : Math.floor(i / 40)) / 20),
      );
      const shared = graph.constant("float32", data, [64, 40]);
      graph.output("y", graph.op("MatMul", [graph.input("x", "float32", [batch, 64]), shared]));
      graph.output("z", graph.op("Gemm", [shared, graph.input("v", "float32", [40, 3])]));
      const { graph: small, report } = storeWeights(graph, "int8");
      checkGraph(small);
      expect(graphText(small)).toBe("Cast:64x40 -> Mul:64x40 -> MatMul:batchx40 -> Gemm:64x3");
      expect(small.nodes[1]!.inputs[1]!.shape).toEqual(expected);
      expect(report.stored).toHaveLength(1);
    }
  });

  it("a weight that is also added goes to half precision as a whole", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [64, 64]);
    const shared = weight(graph, [64, 64]);
    graph.output("y", graph.op("Add", [graph.op("MatMul", [x, shared]), shared]));
    expect(storeWeights(graph, "int8").report.stored.map(({ as }) => as)).toEqual(["float16"]);
  });

  it("an embedding has a scale for each row that is looked up", () => {
    for (const [axis, expected] of [
      [0, [400, 1]],
      [1, [1, 30]],
    ] as const) {
      const graph = new Graph();
      const rows = graph.input("rows", "int32", [batch]);
      graph.output("y", graph.op("Gather", [weight(graph, [400, 30]), rows], { attributes: { axis } }));
      const { graph: small } = storeWeights(graph, "int8");
      checkGraph(small);
      expect(small.nodes.find(({ op }) => op === "Mul")!.inputs[1]!.shape).toEqual(expected);
    }
  });

  it("a weight that is an output too stays float32: it would be there twice", () => {
    const graph = new Graph();
    const shared = weight(graph, [64, 64]);
    graph.output("y", graph.op("MatMul", [graph.input("x", "float32", [batch, 64]), shared]));
    graph.output("kernel", shared);
    const { report } = storeWeights(graph, "int8");
    expect(report.bytes.after).toBe(report.bytes.before);
  });

  it("what is added is stored in half precision", () => {
    const graph = new Graph();
    graph.output(
      "y",
      graph.op("Add", [graph.input("x", "float32", [batch, 64, 64]), weight(graph, [64, 64])]),
    );
    expect(storeWeights(graph, "int8").report.stored.map(({ as }) => as)).toEqual(["float16"]);
  });

  it("channels so short that their scales outweigh the saving are stored in half precision", () => {
    expect(
      scaleOf(
        "MatMul",
        [
          [4, 3],
          [3, 1024],
        ],
        1,
      ),
    ).toEqual(["none"]);
  });

  it.each([
    ["few elements", [30, 34]],
    ["a vector", [1, 4096]],
  ])("%s stay float32", (_, shape) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, shape[0]!]);
    graph.output("y", graph.op("MatMul", [x, weight(graph, shape)]));
    expect(storeWeights(graph, "fp16").report.stored).toEqual([]);
  });
});
