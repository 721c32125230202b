import { encodeModel, type Graph, optimize, trace } from "@vaekit/export";
import { loadRuntime, UsageError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { foldComputed } from "../../packages/export/src/bundle/fold-computed.ts";
import { mixture } from "../../packages/train/src/prior/mixture.ts";
import type { Prior } from "../../packages/train/src/prior/types.ts";
import { vamp } from "../../packages/train/src/prior/vamp.ts";
import { grid, latent, runEager, runTraced, sizes } from "./objective-model.ts";

const [features, pseudoInputs] = [30, 5];

/** mu = x W, logvar = tanh(x W), as the encoder of a VAE that has no other weights. */
function made() {
  const weights = tf.variable(tf.tensor2d(grid(features * latent, 0.4, 0.2), [features, latent]));
  const encode = (x: tf.Tensor) => {
    const mu = tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D);
    return { mu, logvar: tf.tanh(mu) };
  };
  const prior = vamp.create({ kind: "vamp", pseudoInputs }, { ...sizes, features, encode });
  const [inputs] = prior.variables;
  onTestFinished(() => tf.dispose([weights, inputs!.variable]));
  return { prior, encode, weights, inputs: inputs!.variable };
}

function setInputs(inputs: tf.Variable, scale = 1.5) {
  tf.tidy(() =>
    inputs.assign(tf.tensor2d(grid(pseudoInputs * features, scale, 0.7), [pseudoInputs, features])),
  );
}

const z = { shape: [6, latent], data: grid(6 * latent, 2, 0.3) };
const logProb = (prior: Prior) => (given: Record<string, tf.Tensor>) => ({
  logProb: prior.logProb(given.z!),
});

beforeAll(() => void tf.setBackend("cpu"));

describe("VampPrior", () => {
  it("is the evenly weighted mixture of the posteriors of its pseudo-inputs, clipped to [0, 1]", async () => {
    const { prior, encode, inputs } = made();
    setInputs(inputs);
    const expected = mixture.create({ kind: "mixture", components: pseudoInputs }, { ...sizes, features });
    tf.tidy(() => {
      const clipped = inputs.dataSync().map((value) => Math.min(Math.max(value, 0), 1));
      const { mu, logvar } = encode(tf.tensor2d(clipped, [pseudoInputs, features]));
      expected.variables[1]!.variable.assign(mu);
      expected.variables[2]!.variable.assign(logvar);
    });
    const values = runEager(logProb(expected), { z }).logProb!;
    expect(runEager(logProb(prior), { z }).logProb!).toBeAllClose(values, { rtol: 1e-6 });
    expect((await runTraced(logProb(prior), { z })).logProb!).toBeAllClose(values, { rtol: 1e-6 });
  });

  it("draws a pseudo-input evenly, then from its posterior, traced as well", async () => {
    const { prior, encode, inputs } = made();
    setInputs(inputs);
    const uniforms = [0, 0.19, 0.21, 0.5, 0.79, 1 - 2 ** -24];
    const given = {
      eps: { shape: [6, latent], data: grid(6 * latent, 1, 0.9) },
      uniform: { shape: [6, 1], data: Float32Array.from(uniforms) },
    };
    const draw = ({ eps, uniform }: Record<string, tf.Tensor>) => ({
      z: prior.sample({ eps: eps!, uniform }),
    });
    const expected = tf.tidy(() => {
      const { mu, logvar } = encode(tf.clipByValue(inputs, 0, 1));
      const [means, logvars] = [mu.dataSync(), logvar.dataSync()];
      return given.eps.data.map((eps, i) => {
        const at = Math.floor(uniforms[Math.floor(i / latent)]! * pseudoInputs) * latent + (i % latent);
        return means[at]! + Math.exp(logvars[at]! / 2) * eps;
      });
    });
    expect(runEager(draw, given).z!).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-6 });
    expect((await runTraced(draw, given)).z!).toBeAllClose(expected, { rtol: 1e-5, atol: 1e-6 });
  });

  it("has gradients for its pseudo-inputs, where they are within [0, 1], and for the encoder", () => {
    const { prior, inputs, weights } = made();
    setInputs(inputs);
    const { own, encoder } = tf.tidy(() => {
      const at = tf.tensor2d(z.data, [6, latent]);
      const { grads } = tf.variableGrads(() => tf.sum(prior.logProb(at)) as tf.Scalar, [inputs, weights]);
      return { own: grads[inputs.name]!.dataSync(), encoder: grads[weights.name]!.dataSync() };
    });
    const within = inputs.dataSync().map((value) => (value >= 0 && value <= 1 ? 1 : 0));
    expect(own.map((value) => (value === 0 ? 0 : 1))).toEqual(within);
    expect(encoder.some((value) => value !== 0)).toBe(true);
  });

  it("is the same density in an exported graph, which holds its components and no weights of the encoder", async () => {
    const { prior, inputs } = made();
    setInputs(inputs);
    const runtime = await loadRuntime();
    const traced = optimize(trace(logProb(prior), { z: { shape: ["batch", latent] } }));
    const graph = await foldComputed(traced, runtime);
    const largest = (of: Graph) =>
      Math.max(...of.nodes.flatMap((node) => node.inputs.map((value) => value?.data?.length ?? 0)));
    expect(largest(traced)).toBe(pseudoInputs * features);
    expect(largest(graph)).toBe(pseudoInputs * latent);
    const session = await runtime.createSession(encodeModel(graph));
    const outputs = await session.run({ z: { dtype: "float32", ...z } });
    const expected = runEager(logProb(prior), { z }).logProb!;
    expect(outputs.logProb!.data as Float32Array).toBeAllClose(expected, { rtol: 1e-6 });
    await session.dispose();
  });

  it("starts from the seed, as the paper's program does: N(0.05, 0.01^2)", () => {
    const { inputs } = made();
    const values = inputs.dataSync() as Float32Array;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.05)).toBeLessThan(0.003);
    expect(Math.abs(Math.sqrt(variance) - 0.01)).toBeLessThan(0.002);
    expect(made().inputs.dataSync()).toEqual(values);
    expect(vamp.schema.parse({ kind: "vamp" })).toEqual({ kind: "vamp", pseudoInputs: 500 });
  });

  it("is refused for a conditional model", () => {
    const config = { kind: "vamp", pseudoInputs } as const;
    expect(() => vamp.check(config, { latent, conditional: true })).toThrow(UsageError);
    expect(() => vamp.check(config, { latent, conditional: false })).not.toThrow();
  });
});
