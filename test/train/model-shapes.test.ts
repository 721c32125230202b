import { encodeModel, type Graph, optimize, trace } from "@vaekit/export";
import { loadRuntime, RandomStream, sizeOf } from "@vaekit/infer";
import { type AnyModelConfig, conv, gatedMlp, mlp, modelKinds, resnet, tf, type Vae } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { inference, layersNetwork } from "../../packages/train/src/model/network.ts";
import { build, parameterCount, scatter } from "./model-support.ts";

const normal = (size: number, stream = 1) =>
  new RandomStream(2, "noise").fork(stream).normal(new Float32Array(size));

async function runGraph(
  graph: Graph,
  feeds: Record<string, tf.Tensor>,
): Promise<Record<string, ArrayLike<number>>> {
  const session = await (await loadRuntime()).createSession(encodeModel(graph));
  const outputs = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => [
        name,
        { dtype: "float32" as const, shape: tensor.shape, data: tensor.dataSync() as Float32Array },
      ]),
    ),
  );
  await session.dispose();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Encoder and decoder as graphs of any batch, at batches that they were not recorded at. */
async function checkGraphs(vae: Vae): Promise<void> {
  const encode = ({ x }: Record<string, tf.Tensor>) => vae.encodeScaled(x!, null, inference);
  const decode = ({ z }: Record<string, tf.Tensor>) => vae.decodeParameters(z!, null, inference);
  const encoder = optimize(trace(encode, { x: { shape: ["batch", vae.features] } }));
  const decoder = optimize(trace(decode, { z: { shape: ["batch", vae.latent] } }));
  for (const batch of [1, 2]) {
    const x = tf.tensor(normal(batch * vae.features), [batch, vae.features]);
    const z = tf.tensor(normal(batch * vae.latent), [batch, vae.latent]);
    const actual = { ...(await runGraph(encoder, { x })), ...(await runGraph(decoder, { z })) };
    const expected = tf.tidy(() => {
      const outputs = Object.entries({ ...encode({ x }), ...decode({ z }) });
      return outputs.map(([name, tensor]) => ({ name, shape: tensor.shape, values: tensor.dataSync() }));
    });
    for (const { name, shape } of expected) {
      expect(shape, name).toEqual([batch, name === "x_logits" ? vae.features : vae.latent]);
    }
    // Rounding errors are of the size of a network's outputs taken together.
    for (const names of [["mu", "logvar"], ["x_logits"]]) {
      const [got, wanted] = [
        actual,
        Object.fromEntries(expected.map(({ name, values }) => [name, values])),
      ].map((from) => names.flatMap((name) => Array.from(from[name]!)));
      expect(got!, `${names}`).toBeAllClose(wanted!, { scaleTol: 1e-6 });
    }
    tf.dispose([x, z]);
  }
}

it.each([
  gatedMlp({ shape: [4, 5, 1], latent: 6, hidden: [9] }),
  mlp({ shape: [4, 5, 1], latent: 6, hidden: [9], batchNorm: true, dropout: 0.5 }),
  conv({ shape: [4, 5, 1], latent: 6, filters: [4], dense: 5, batchNorm: true, dropout: 0.5 }),
  resnet({ shape: [4, 5, 1], latent: 6, channels: [4], norm: "batch" }),
])("$kind is a graph of any batch, where dropout does nothing", async (config) => {
  const vae = build(config);
  scatter(vae);
  await checkGraphs(vae);
});

describe("convolutional models take pictures of any size", () => {
  it.each([[[28, 28, 1]], [[30, 17, 3]], [[5, 7, 1]], [[1, 1, 4]], [[32, 32, 3]], [[64, 64, 3]]])(
    "%o",
    async (shape) => {
      for (const config of [
        conv({ shape, latent: 6, filters: [4, 6], dense: 5 }),
        conv({ shape, latent: 6, filters: [3, 3, 3], dense: 5, kernel: 4 }),
        resnet({ shape, latent: 6, channels: [4, 6, 8], groups: 2 }),
      ]) {
        const vae = build(config);
        scatter(vae);
        await checkGraphs(vae);
      }
    },
  );
});

/** The networks alone, for a number of parameters per feature that the likelihood need not have. */
function networks(config: AnyModelConfig, parametersPerFeature: number) {
  tf.setBackend("cpu");
  const features = sizeOf(config.shape);
  const sizes = { features, parametersPerFeature, outputs: features * parametersPerFeature, conditions: 0 };
  const { encoder, decoder } = modelKinds[config.kind].build(config as never, sizes);
  return {
    encoder: layersNetwork("encoder", encoder as never),
    decoder: layersNetwork("decoder", decoder as never),
  };
}

it.each([
  conv({ shape: [3, 5, 2], latent: 2, filters: [4], dense: 3 }),
  resnet({ shape: [3, 5, 2], latent: 2, channels: [4], groups: 2 }),
])("$kind gives parameter after parameter, each for all features in the order of x", (config) => {
  const { encoder, decoder } = networks(config, 3);
  const raw = tf.tidy(() => {
    // Only the last layer's bias is left: [parameter, channel], the same at each place.
    for (const { name, variable } of decoder.parameters) {
      const last = name === "decoder/x/bias";
      variable.assign(last ? tf.tensor([11, 12, 21, 22, 31, 32]) : tf.zeros(variable.shape));
    }
    return decoder.apply([tf.zeros([1, 2])], inference)[0]!.dataSync();
  });
  const places = Array.from({ length: 3 * 5 });
  expect(Array.from(raw)).toEqual([1, 2, 3].flatMap((p) => places.flatMap(() => [10 * p + 1, 10 * p + 2])));
  for (const network of [encoder, decoder]) network.dispose();
});

it("conv sees height, width and channels where they are in x, and gives them back there", () => {
  const shape = [4, 6, 2];
  const { encoder, decoder } = networks(
    conv({ shape, latent: 1, filters: [1], kernel: 1, dense: 6, activation: "linear" }),
    1,
  );
  const at = (y: number, x: number, c: number) => (y * 6 + x) * 2 + c;
  const set = (network: typeof encoder, values: Record<string, number[]>) => {
    for (const { name, variable } of network.parameters) {
      const given = values[name] ?? new Array(variable.size).fill(0);
      variable.assign(tf.tensor(given, variable.shape));
    }
  };
  tf.tidy(() => {
    // A 1x1 filter of stride 2 on channel 1 alone, then the dense unit that sees its element [1, 2].
    set(encoder, {
      "encoder/conv_1/kernel": [0, 1],
      "encoder/hidden/kernel": Array.from({ length: 36 }, (_, i) => (i === 5 * 6 ? 1 : 0)),
      "encoder/mu/kernel": [1, 0, 0, 0, 0, 0],
    });
    const x = Array.from({ length: 48 }, (_, i) => i + 1);
    const [mu] = encoder.apply([tf.tensor2d([x])], inference);
    expect(Array.from(mu!.dataSync())).toEqual([at(2, 4, 1) + 1]);
    // The same element alone is lit, and goes to channel 0.
    set(decoder, {
      "decoder/hidden/kernel": [0, 0, 0, 0, 0, 1],
      "decoder/conv_1/kernel": [1],
      "decoder/x/kernel": [1, 0],
    });
    const raw = Array.from(decoder.apply([tf.tensor2d([[7]])], inference)[0]!.dataSync());
    expect(raw.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual([[at(2, 4, 0), 7]]);
  });
  for (const network of [encoder, decoder]) network.dispose();
});

describe("numbers of parameters", () => {
  it("of conv with its defaults equal those of Keras's convolutional VAE, 69,076 and 65,089", () => {
    const { parameters } = build(conv({ shape: [28, 28, 1], latent: 2 }));
    expect(parameterCount(parameters, "encoder")).toBe(69_076);
    expect(parameterCount(parameters, "decoder")).toBe(65_089);
  });

  it("of gated-mlp are two linear maps for each hidden layer", () => {
    const { parameters } = build(gatedMlp({ shape: [28, 28, 1], latent: 40 }));
    const linear = (inputs: number, outputs: number) => (inputs + 1) * outputs;
    const hidden = 2 * linear(300, 300);
    expect(parameterCount(parameters, "encoder")).toBe(2 * linear(784, 300) + hidden + 2 * linear(300, 40));
    expect(parameterCount(parameters, "decoder")).toBe(2 * linear(40, 300) + hidden + linear(300, 784));
  });
});
