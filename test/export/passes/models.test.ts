import {
  input,
  layers as kinds,
  type LayersModel,
  model,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { asNchw, type Graph, graphText, opCounts, optimize, optimizeWithReport, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal, uniform } from "../lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "../support.ts";

type Step = (x: SymbolicTensor) => SymbolicTensor;

/** A layer as a step; its type says that it may give several. */
const step =
  (layer: unknown): Step =>
  (x) =>
    (layer as { apply(x: SymbolicTensor): SymbolicTensor }).apply(x);
const chain =
  (...steps: Step[]): Step =>
  (x) =>
    steps.reduce((at, each) => each(at), x);

const same = { padding: "same" as const };
const conv = (filters: number, options: object = {}) =>
  step(kinds.conv2d({ filters, kernelSize: 3, ...same, ...options }));
const convT = (filters: number, options: object = {}) =>
  step(kinds.conv2dTranspose({ filters, kernelSize: 3, strides: 2, ...same, ...options }));
const relu = { activation: "relu" as const };
const plain = { useBias: false };
const conv1d = (filters: number, options: object = {}) =>
  step(kinds.conv1d({ filters, kernelSize: 3, ...same, ...options }));
const layerNorm = () => step(kinds.layerNormalization({}));
const norm = () => step(kinds.batchNormalization());
const relu6 = () => step(kinds.reLU({ maxValue: 6 }));
const dense = (units: number, options: object = {}) => step(kinds.dense({ units, ...options }));
const flatten = () => step(kinds.flatten());

/** MobileNet's block: 3x3 of each channel, then 1x1 of all. */
const separable = (filters: number) =>
  chain(
    step(kinds.depthwiseConv2d({ kernelSize: 3, ...same, ...plain })),
    norm(),
    relu6(),
    conv(filters, { kernelSize: 1, ...plain }),
    norm(),
  );
const join =
  (layer: unknown, ...sides: Step[]): Step =>
  (x) =>
    (layer as { apply(x: SymbolicTensor[]): SymbolicTensor }).apply(sides.map((side) => side(x)));
const itself: Step = (x) => x;

interface Case {
  shape: number[];
  /** Layers belong to one model: made anew for each. */
  net: () => Step;
  /** After optimize; the batch is symbolic. */
  text: string;
}

const cases: Record<string, Case> = {
  "a conv encoder": {
    shape: [8, 8, 3],
    net: () => chain(conv(4, { strides: 2, ...relu }), conv(6, { strides: 2, ...relu }), flatten(), dense(5)),
    text: "Transpose:batchx3x8x8 -> Conv:batchx4x4x4 -> Relu:batchx4x4x4 -> Conv:batchx6x2x2 -> Relu:batchx6x2x2 -> Reshape:batchx24 -> Gemm:batchx5",
  },
  "a conv decoder": {
    shape: [5],
    net: () =>
      chain(
        dense(2 * 2 * 6, relu),
        step(kinds.reshape({ targetShape: [2, 2, 6] })),
        convT(4, relu),
        convT(3, { activation: "sigmoid" }),
      ),
    text: "Gemm:batchx24 -> Relu:batchx24 -> Reshape:batchx6x2x2 -> ConvTranspose:batchx4x4x4 -> Relu:batchx4x4x4 -> ConvTranspose:batchx3x8x8 -> Sigmoid:batchx3x8x8 -> Transpose:batchx8x8x3",
  },
  "a conv decoder to one channel: no Transpose": {
    shape: [5],
    net: () => chain(dense(2 * 2 * 6, relu), step(kinds.reshape({ targetShape: [2, 2, 6] })), convT(1)),
    text: "Gemm:batchx24 -> Relu:batchx24 -> Reshape:batchx6x2x2 -> ConvTranspose:batchx1x4x4 -> Reshape:batchx4x4x1",
  },
  "convolutions with batch normalisation": {
    shape: [8, 8, 3],
    net: () =>
      chain(
        conv(4, plain),
        norm(),
        step(kinds.leakyReLU({ alpha: 0.2 })),
        conv(4, { strides: 2 }),
        norm(),
        step(kinds.elu()),
        flatten(),
        dense(6, plain),
        norm(),
      ),
    text: "Transpose:batchx3x8x8 -> Conv:batchx4x8x8 -> LeakyRelu:batchx4x8x8 -> Conv:batchx4x4x4 -> Elu:batchx4x4x4 -> Reshape:batchx64 -> Gemm:batchx6",
  },
  "a decoder with batch normalisation behind each activation": {
    shape: [5],
    net: () =>
      chain(
        dense(2 * 2 * 6),
        step(kinds.reshape({ targetShape: [2, 2, 6] })),
        norm(),
        convT(4, relu),
        norm(),
        conv(3, { padding: "valid" }),
      ),
    text: "Gemm:batchx24 -> Reshape:batchx6x2x2 -> Mul:batchx6x2x2 -> Add:batchx6x2x2 -> ConvTranspose:batchx4x4x4 -> Relu:batchx4x4x4 -> Conv:batchx3x2x2 -> Transpose:batchx2x2x3",
  },
  "depthwise blocks with connections past them, as MobileNet": {
    shape: [8, 8, 3],
    net: () =>
      chain(
        conv(4, { strides: 2, ...plain }),
        norm(),
        relu6(),
        join(kinds.add(), itself, separable(4)),
        separable(6),
        step(kinds.globalAveragePooling2d({})),
        dense(3, { activation: "softmax" }),
      ),
    text: "Transpose:batchx3x8x8 -> Conv:batchx4x4x4 -> Clip:batchx4x4x4 -> Conv:batchx4x4x4 -> Clip:batchx4x4x4 -> Conv:batchx4x4x4 -> Add:batchx4x4x4 -> Conv:batchx4x4x4 -> Clip:batchx4x4x4 -> Conv:batchx6x4x4 -> ReduceMean:batchx6 -> Gemm:batchx3 -> Softmax:batchx3",
  },
  "down and up with a connection across, as U-Net": {
    shape: [8, 8, 3],
    net: () =>
      chain(
        conv(4, relu),
        join(
          kinds.concatenate({ axis: -1 }),
          itself,
          chain(
            step(kinds.maxPooling2d({ poolSize: 2 })),
            conv(6, { activation: "tanh" }),
            step(kinds.upSampling2d({ size: [2, 2] })),
          ),
        ),
        conv(2, { kernelSize: 1, activation: "sigmoid" }),
      ),
    text: "Transpose:batchx3x8x8 -> Conv:batchx4x8x8 -> Relu:batchx4x8x8 -> MaxPool:batchx4x4x4 -> Conv:batchx6x4x4 -> Tanh:batchx6x4x4 -> Resize:batchx6x8x8 -> Concat:batchx10x8x8 -> Conv:batchx2x8x8 -> Sigmoid:batchx2x8x8 -> Transpose:batchx8x8x2",
  },
  "one-dimensional convolutions with pooling between them": {
    shape: [16, 3],
    net: () =>
      chain(
        conv1d(4, relu),
        step(kinds.maxPooling1d({ poolSize: 2, strides: 2 })),
        norm(),
        conv1d(5, { activation: "tanh" }),
        step(kinds.averagePooling1d({ poolSize: 3, strides: 2, ...same })),
        conv1d(2),
      ),
    text: "Reshape:batchx1x16x3 -> Transpose:batchx3x1x16 -> Conv:batchx4x1x16 -> Relu:batchx4x1x16 -> Reshape:batchx4x16x1 -> MaxPool:batchx4x8x1 -> Mul:batchx4x8x1 -> Add:batchx4x8x1 -> Reshape:batchx4x1x8 -> Conv:batchx5x1x8 -> Tanh:batchx5x1x8 -> Reshape:batchx5x8x1 -> AveragePool:batchx5x4x1 -> Reshape:batchx5x1x4 -> Conv:batchx2x1x4 -> Transpose:batchx1x4x2 -> Reshape:batchx4x2",
  },
  "dense layers on each step with layer normalisation, as a transformer": {
    shape: [5, 3],
    net: () =>
      chain(dense(4), layerNorm(), join(kinds.add(), itself, chain(dense(6, relu), dense(4))), layerNorm()),
    text: "Reshape:5*batchx3 -> Gemm:5*batchx4 -> Reshape:batchx5x4 -> LayerNormalization:batchx5x4 -> Reshape:5*batchx4 -> Gemm:5*batchx6 -> Relu:5*batchx6 -> Gemm:5*batchx4 -> Reshape:batchx5x4 -> Add:batchx5x4 -> LayerNormalization:batchx5x4",
  },
  "channels that weigh themselves, as squeeze and excitation": {
    shape: [8, 8, 3],
    net: () =>
      chain(
        conv(4, relu),
        join(
          kinds.multiply(),
          itself,
          chain(
            step(kinds.globalAveragePooling2d({})),
            dense(2, relu),
            dense(4, { activation: "sigmoid" }),
            step(kinds.reshape({ targetShape: [1, 1, 4] })),
          ),
        ),
        conv(2),
      ),
    text: "Transpose:batchx3x8x8 -> Conv:batchx4x8x8 -> Relu:batchx4x8x8 -> ReduceMean:batchx4 -> Gemm:batchx2 -> Relu:batchx2 -> Gemm:batchx4 -> Sigmoid:batchx4 -> Reshape:batchx4x1x1 -> Mul:batchx4x8x8 -> Conv:batchx2x8x8 -> Transpose:batchx8x8x2",
  },
};

/** x [batch, ...shape] through the net, with weights of both signs; variances are positive. */
function built({ shape, net }: Case): LayersModel {
  const x = input({ shape, name: "x" });
  const made = model({ inputs: x, outputs: net()(x) });
  const values = made.weights.map((weight, i) =>
    uniform(weight.shape as number[], weight.name.includes("variance") ? 0.3 : -0.7, 1, i + 3),
  );
  tf.tidy(() => {
    made.setWeights(values.map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape])));
  });
  onTestFinished(() => void made.dispose());
  return made;
}

async function expectSameAsModel(graph: Graph, made: LayersModel, shape: readonly number[]): Promise<void> {
  const [name] = made.outputNames as [string];
  const fn: NamedFunction = ({ x }) => ({ [name]: made.apply(x!) as tf.Tensor });
  for (const batch of [1, 4]) {
    const feeds = { x: normal([batch, ...shape]) };
    const expected = runTfjs(fn, feeds);
    expect((expected[name]!.data as Float32Array).every(Number.isFinite)).toBe(true);
    // Weights that took up a normalisation are rounded anew.
    expectSameOutputs(await runOnnx(graph, feeds), expected, 1e-5);
  }
}

describe("the graph of", () => {
  it.each(Object.entries(cases))("%s", async (_, each) => {
    const made = built(each);
    const graph = optimize(trace(made), { check: true });
    expect(graphText(graph)).toBe(each.text);
    expect(graphText(optimize(graph))).toBe(each.text);
    await expectSameAsModel(graph, made, each.shape);
  });

  it.each([13, 21])("a conv decoder is the same at opset %d", async (opset) => {
    const each = cases["a conv decoder"]!;
    const made = built(each);
    const graph = optimize(trace(made, { opset }), { check: true });
    expect(graph.opset).toBe(opset);
    expect(graphText(graph)).toBe(each.text);
    await expectSameAsModel(graph, made, each.shape);
  });
});

describe("pictures with channels first", () => {
  it("need no Transpose at all", () => {
    const made = built(cases["down and up with a connection across, as U-Net"]!);
    const { fn, inputs } = asNchw(
      ({ x }) => ({ y: made.apply(x!) as tf.Tensor }),
      { x: { shape: ["batch", 8, 8, 3] } },
      { inputsAsNchw: true, outputsAsNchw: true },
    );
    const graph = optimize(trace(fn, inputs));
    expect(opCounts(graph).Transpose).toBeUndefined();
    expect(graph.nodes[0]!.op).toBe("Conv");
  });
});

describe("pictures of any size", () => {
  it("keep their open sizes", async () => {
    const [w, v] = [normal([3, 3, 2, 4], 2), normal([3, 3, 4, 2], 3)].map(({ data, shape }) =>
      tf.tensor4d(data as Float32Array, [...shape] as [number, number, number, number]),
    ) as [tf.Tensor4D, tf.Tensor4D];
    const each = tf.tensor1d([1, 2, 3, 4]);
    const fn: NamedFunction = ({ x }) => {
      const h = tf.batchNorm(tf.conv2d(x as tf.Tensor4D, w, 2, "same"), each, each, each, each);
      const gated = tf.mul(h, tf.sigmoid(tf.mean(h, [1, 2], true))) as tf.Tensor4D;
      return { y: tf.relu(tf.conv2d(gated, v, 1, "same")) };
    };
    const graph = optimize(trace(fn, { x: { shape: ["batch", "height", "width", 2] } }), { check: true });
    const half = "floor((height+1)/2)xfloor((width+1)/2)";
    expect(graphText(graph)).toBe(
      `Transpose:batchx2xheightxwidth -> Conv:batchx4x${half} -> ReduceMean:batchx4x1x1 -> Sigmoid:batchx4x1x1 -> ` +
        `Mul:batchx4x${half} -> Conv:batchx2x${half} -> Relu:batchx2x${half} -> Transpose:batchx${half}x2`,
    );
    for (const shape of [
      [1, 8, 6, 2],
      [3, 7, 9, 2],
    ]) {
      const feeds = { x: normal(shape) };
      expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), 1e-5);
    }
    tf.dispose([w, v, each]);
  });
});

describe("optimizeWithReport", () => {
  it("counts operators before and after, and the rounds in which each pass did something", () => {
    const graph = trace(built(cases["a conv encoder"]!));
    const { graph: result, report } = optimizeWithReport(graph);
    expect(report.before).toEqual(opCounts(graph));
    expect(report.after).toEqual({ Transpose: 1, Conv: 2, Relu: 2, Reshape: 1, Gemm: 1 });
    expect(report.after).toEqual(opCounts(result));
    expect(Object.keys(report.passes)).toEqual(
      expect.arrayContaining(["noOps", "foldConstants", "denseOrder"]),
    );
    expect(report.settled).toBe(true);
    expect(optimizeWithReport(result).report.passes).toEqual({});
  });
});

describe("names", () => {
  it("a fused convolution is its layer's", () => {
    const made = built(cases["convolutions with batch normalisation"]!);
    const layer = made.layers.find((each) => each.getClassName() === "Conv2D")!.name;
    const first = optimize(trace(made)).nodes.find(({ op }) => op === "Conv")!;
    expect(first.origin.scope).toBe(layer);
  });
});
