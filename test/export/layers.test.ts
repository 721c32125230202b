import {
  input,
  layers as kinds,
  type LayersModel,
  model,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { batch, opCounts, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal, uniform } from "./lower/values.ts";
import { expectSameAsTfjs, expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "./support.ts";

interface Layer {
  apply(x: SymbolicTensor): unknown;
}

const features = 6;
/** Four rows: trace records three, five and seven. */
const feeds = { x: normal([4, features]) };

/** x [batch, 6] through the layers, with weights of both signs, biases too; variances are positive. */
function stack(...parts: Layer[]): LayersModel {
  const x = input({ shape: [features], name: "x" });
  const built = model({
    inputs: x,
    outputs: parts.reduce((at, part) => part.apply(at) as SymbolicTensor, x),
  });
  const values = built.weights.map(({ name, shape }, i) =>
    uniform(shape as number[], name.includes("variance") ? 0.1 : -1, 1, i + 3),
  );
  tf.tidy(() =>
    built.setWeights(values.map(({ data, shape }) => tf.tensor(data as Float32Array, [...shape]))),
  );
  onTestFinished(() => void built.dispose());
  return built;
}

const dense = (activation?: string) =>
  kinds.dense({ units: 4, activation: activation as "relu" }) as unknown as Layer;
const layer = (made: unknown) => made as Layer;

/** The model's inference at a batch that was not recorded. */
async function expectSameInference(built: LayersModel): Promise<void> {
  const [name] = built.outputNames as [string];
  const expected = runTfjs(({ x }) => ({ [name]: built.apply(x!) as tf.Tensor }), feeds);
  expect((expected[name]!.data as Float32Array).every(Number.isFinite)).toBe(true);
  expectSameOutputs(await runOnnx(optimize(trace(built), { check: true }), feeds), expected);
}

/** Gradients of the squared output by input and weights, in training mode. */
async function expectSameGradients(built: LayersModel): Promise<void> {
  const weights = built.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  const fn: NamedFunction = ({ x }) => {
    const loss = (v: tf.Tensor) => tf.mean(tf.square(built.apply(v, { training: true }) as tf.Tensor));
    const { grads } = tf.variableGrads(() => loss(x!) as tf.Scalar, weights);
    return { ...grads, dx: tf.grad(loss)(x!) };
  };
  await expectSameAsTfjs(fn, feeds);
}

const activations = [
  "elu",
  "relu",
  "relu6",
  "linear",
  "selu",
  "sigmoid",
  "hardSigmoid",
  "softplus",
  "softsign",
  "tanh",
  "softmax",
  "logSoftmax",
  "gelu",
  "gelu_new",
  "mish",
  "swish",
];

const activationLayers: Record<string, () => unknown> = {
  reLU: () => kinds.reLU(),
  "reLU with a maximum": () => kinds.reLU({ maxValue: 0.5 }),
  leakyReLU: () => kinds.leakyReLU({ alpha: 0.2 }),
  prelu: () => kinds.prelu(),
  elu: () => kinds.elu(),
  softmax: () => kinds.softmax(),
};

const otherLayers: Record<string, () => unknown[]> = {
  // tfjs itself has no gradient of this one.
  thresholdedReLU: () => [kinds.thresholdedReLU({ theta: 0.3 })],
  // tfjs-layers cannot train this one.
  "batchNormalization without scale and center": () => [
    kinds.batchNormalization({ scale: false, center: false }),
  ],
  dropout: () => [kinds.dropout({ rate: 0.5 })],
  gaussianNoise: () => [kinds.gaussianNoise({ stddev: 1 })],
  "reshape and flatten": () => [kinds.reshape({ targetShape: [2, 3] }), kinds.flatten()],
  permute: () => [kinds.reshape({ targetShape: [2, 3] }), kinds.permute({ dims: [2, 1] })],
  repeatVector: () => [kinds.repeatVector({ n: 3 })],
  "dense on each of several rows": () => [kinds.reshape({ targetShape: [2, 3] }), kinds.dense({ units: 4 })],
};

const normalizations: Record<string, () => unknown> = {
  batchNormalization: () => kinds.batchNormalization(),
  layerNormalization: () => kinds.layerNormalization(),
};

describe("a dense layer's activation", () => {
  it.each(activations)("%s", async (name) => {
    const built = stack(dense(name), dense());
    await expectSameInference(built);
    await expectSameGradients(built);
  });
});

describe("an activation layer", () => {
  it.each(Object.entries(activationLayers))("%s", async (_, make) => {
    const built = stack(dense(), layer(make()), dense());
    await expectSameInference(built);
    await expectSameGradients(built);
  });
});

describe("a normalization", () => {
  it.each(Object.entries(normalizations))("%s", async (_, make) => {
    // Without a bias, whose gradient would be 0 but for rounding.
    const built = stack(layer(kinds.dense({ units: 4, useBias: false })), layer(make()), dense());
    await expectSameInference(built);
    await expectSameGradients(built);
  });
});

describe("a layer of another kind", () => {
  it.each(Object.entries(otherLayers))("%s, at inference", async (_, make) => {
    await expectSameInference(stack(...make().map(layer)));
  });
});

describe("a LayersModel", () => {
  const join = (a: SymbolicTensor, b: SymbolicTensor) => {
    const sides = [a, b].map(
      (at, i) => kinds.dense({ units: 4, name: `side_${i}` }).apply(at) as SymbolicTensor,
    );
    return kinds.add().apply(sides) as SymbolicTensor;
  };

  it("keeps the names of two inputs and two outputs, in their order", async () => {
    const inputs = [input({ shape: [3], name: "left" }), input({ shape: [2], name: "right" })];
    const h = join(inputs[0]!, inputs[1]!);
    const outputs = ["mu", "logvar"].map(
      (name) => kinds.dense({ units: 2, name }).apply(h) as SymbolicTensor,
    );
    const built = model({ inputs, outputs });
    onTestFinished(() => void built.dispose());
    const given = { left: normal([5, 3]), right: normal([5, 2]) };
    const graph = optimize(trace(built));
    expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["left", [batch, 3]],
      ["right", [batch, 2]],
    ]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(built.outputNames);
    const fn: NamedFunction = ({ left, right }) => {
      const [mu, logvar] = built.apply([left!, right!]) as tf.Tensor[];
      return { [built.outputNames[0]!]: mu!, [built.outputNames[1]!]: logvar! };
    };
    expectSameOutputs(await runOnnx(graph, given), runTfjs(fn, given));
  });

  it("is its inference: dropout and noise are left out", () => {
    const built = stack(dense("relu"), layer(kinds.dropout({ rate: 0.5 })), dense("tanh"));
    expect(opCounts(optimize(trace(built)))).toEqual({ Gemm: 2, Relu: 1, Tanh: 1 });
  });

  it("names an axis other than the batch that is left open", () => {
    const x = input({ shape: [null, 3], name: "rows" });
    const built = model({ inputs: x, outputs: kinds.dense({ units: 2 }).apply(x) as SymbolicTensor });
    onTestFinished(() => void built.dispose());
    expect(() => trace(built)).toThrow("trace: input rows [?, ?, 3] float32 leaves axis 1 open.");
  });
});
