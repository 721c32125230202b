import { encodeModel, optimize, trace } from "@vaekit/export";
import { loadRuntime, RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { mixture } from "../../packages/train/src/prior/mixture.ts";
import type { Prior } from "../../packages/train/src/prior/types.ts";
import { grid, latent, oracle, runEager, runTraced, sizes } from "./objective-model.ts";

function made(components = 3, seed = 3): Prior {
  const prior = mixture.create({ kind: "mixture", components }, { ...sizes, seed });
  onTestFinished(() => {
    for (const { variable } of prior.variables) variable.dispose();
  });
  return prior;
}

function assign(prior: Prior, values: readonly Float32Array[]) {
  prior.variables.forEach(({ variable }, i) => {
    tf.tidy(() => variable.assign(tf.tensor(values[i]!, variable.shape)));
  });
}

beforeAll(() => void tf.setBackend("cpu"));

describe("mixture of Gaussians", () => {
  it.each([
    ["near", 1, 1, 1.5],
    ["narrow and far", 8, 7, 10],
  ] as const)(
    "ln p and its gradients equal torch's MixtureSameFamily (%s)",
    async (name, mean, logvar, z) => {
      const expected = oracle.mixture[name];
      const prior = made();
      assign(prior, [grid(3, 1.5, 0.6), grid(3 * latent, mean, 1.9), grid(3 * latent, logvar, 0.8)]);
      const fn = (given: Record<string, tf.Tensor>) => {
        const logProb = prior.logProb(given.at!);
        const weighed = (at: tf.Tensor) => tf.sum(tf.mul(prior.logProb(at), given.weights!)) as tf.Scalar;
        const variables = prior.variables.map(({ variable }) => variable);
        const { grads } = tf.variableGrads(() => weighed(given.at!), variables);
        const [logits, means, logvars] = variables.map(({ name }) => grads[name]!);
        return { logProb, z: tf.grad(weighed)(given.at!), logits: logits!, mean: means!, logvar: logvars! };
      };
      const inputs = {
        at: { shape: [6, latent], data: grid(6 * latent, z, 0.1) },
        weights: { shape: [6], data: grid(6, 1, 0.3) },
      };
      for (const actual of [runEager(fn, inputs), await runTraced(fn, inputs)]) {
        expect(actual.logProb!).toBeAllClose(expected.logProb, { rtol: 1e-6 });
        for (const [of, values] of Object.entries(expected.gradients))
          expect(actual[of]!, of).toBeAllClose(values as number[], { scaleTol: 2e-6 });
      }
    },
  );

  it("is finite and right where all components are far away", () => {
    const prior = made(2);
    assign(prior, [new Float32Array(2), new Float32Array(2 * latent), new Float32Array(2 * latent)]);
    const far = tf.tidy(() => prior.logProb(tf.fill([1, latent], 1e4)).dataSync());
    expect(far).toBeAllClose([-0.5 * latent * (1e8 + Math.log(2 * Math.PI))], { rtol: 1e-6 });
  });

  it("with one component at the origin is the standard normal, and traces with an open batch", async () => {
    const prior = made(1);
    assign(prior, [Float32Array.of(7), new Float32Array(latent), new Float32Array(latent)]);
    const graph = optimize(
      trace(
        ({ z, eps, uniform }) => ({
          logProb: prior.logProb(z!),
          drawn: prior.sample({ eps: eps!, uniform }),
        }),
        {
          z: { shape: ["batch", latent] },
          eps: { shape: ["batch", latent] },
          uniform: { shape: ["batch", 1] },
        },
      ),
    );
    const session = await (await loadRuntime()).createSession(encodeModel(graph));
    for (const rows of [1, 5]) {
      const z = grid(rows * latent, 2, 0.5);
      const feed = (data: Float32Array, width: number) => ({
        dtype: "float32" as const,
        shape: [rows, width],
        data,
      });
      const { logProb, drawn } = await session.run({
        z: feed(z, latent),
        eps: feed(z, latent),
        uniform: feed(new Float32Array(rows).fill(0.99), 1),
      });
      const expected = Array.from({ length: rows }, (_, n) =>
        z
          .slice(n * latent, (n + 1) * latent)
          .reduce((sum, v) => sum - 0.5 * (v * v + Math.log(2 * Math.PI)), 0),
      );
      expect(logProb!.data as Float32Array).toBeAllClose(expected, { rtol: 1e-6 });
      expect(drawn!.data as Float32Array).toBeAllClose(z, { rtol: 1e-6 });
    }
    await session.dispose();
  });

  it("draws a component where the weights' running sum passes the uniform number, then its Gaussian", () => {
    const prior = made(3);
    const mean = Float32Array.from({ length: 3 * latent }, (_, i) => 10 * Math.floor(i / latent));
    const logvar = mean.map((value) => value / 10);
    assign(prior, [Float32Array.of(0.2, 0.5, 0.3).map(Math.log), mean, logvar]);
    const uniforms = [0, 0.19, 0.21, 0.69, 0.71, 1 - 2 ** -24];
    const z = tf.tidy(() =>
      prior
        .sample({
          eps: tf.ones([uniforms.length, latent]),
          uniform: tf.tensor2d(uniforms, [uniforms.length, 1]),
        })
        .dataSync(),
    );
    const expected = [0, 0, 1, 1, 2, 2].flatMap((k) => Array(latent).fill(10 * k + Math.exp(k / 2)));
    expect(z).toBeAllClose(expected, { rtol: 1e-6 });
  });

  it("draws what its density says: weighing the draws by q / p gives 1", () => {
    const rows = 20_000;
    const prior = made(3);
    assign(prior, [grid(3, 1.5, 0.6), grid(3 * latent, 0.8, 1.9), grid(3 * latent, 1, 0.8)]);
    const stream = new RandomStream(2, "sample");
    const eps = stream.fork(0).normal(new Float32Array(rows * latent));
    const uniform = stream.fork(1).uniform(new Float32Array(rows));
    const weightOf = tf.tidy(() => {
      const z = prior.sample({
        eps: tf.tensor2d(eps, [rows, latent]),
        uniform: tf.tensor2d(uniform, [rows, 1]),
      });
      // E_p[q / p] = 1 for any density q that p covers: here N(0, 0.25).
      const logQ = tf.mul(-0.5, tf.sum(tf.add(tf.div(tf.square(z), 0.25), Math.log(2 * Math.PI * 0.25)), 1));
      return tf.exp(tf.sub(logQ, prior.logProb(z))).dataSync() as Float32Array;
    });
    const mean = weightOf.reduce((a, b) => a + b, 0) / rows;
    const error = Math.sqrt(weightOf.reduce((a, b) => a + (b - mean) ** 2, 0) / rows / rows);
    expect(error).toBeLessThan(0.05);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error);
  });

  it("lets gradients from draws into means and variances, and none into the weights", () => {
    const prior = made(3);
    const grads = tf.tidy(() => {
      const noise = { eps: tf.ones([4, latent]), uniform: tf.tensor2d([0.1, 0.4, 0.5, 0.9], [4, 1]) };
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.square(prior.sample(noise))) as tf.Scalar,
        prior.variables.map(({ variable }) => variable),
      );
      return prior.variables.map(({ variable }) =>
        grads[variable.name]?.dataSync().some((value) => value !== 0),
      );
    });
    expect(grads).toEqual([undefined, true, true]);
  });

  it("starts from the seed: equal weights, standard normal means, variances 1", () => {
    const values = (seed: number) =>
      made(500, seed).variables.map(({ variable }) => variable.dataSync() as Float32Array);
    const [logits, means, logvars] = values(3);
    expect(values(3)[1]).toEqual(means);
    expect(values(4)[1]).not.toEqual(means);
    expect([...logits!, ...logvars!].every((value) => value === 0)).toBe(true);
    const square = means!.reduce((sum, value) => sum + value * value, 0) / means!.length;
    expect(Math.abs(square - 1)).toBeLessThan(0.15);
    expect(made().variables.map(({ name }) => name)).toEqual(["prior/logits", "prior/mean", "prior/logvar"]);
  });

  it("has ten components where nothing is said, and at least one", () => {
    expect(mixture.schema.parse({ kind: "mixture" })).toEqual({ kind: "mixture", components: 10 });
    expect(mixture.schema.safeParse({ kind: "mixture", components: 0 }).success).toBe(false);
  });
});
