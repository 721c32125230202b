import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "@vaekit/infer";
import {
  custom,
  type Dataset,
  type EvaluatedModel,
  type EvaluationReport,
  evaluatedRun,
  images,
  mlp,
  type Network,
  type RunConfig,
  tf,
  Vae,
} from "@vaekit/train";
import { onTestFinished } from "vitest";
import type { ModelPass } from "../../packages/train/src/evaluation/types.ts";
import { bars } from "../support/data.ts";

/** Torch's values in double precision; oracles/linear_gaussian.py made them. */
export interface LinearGaussian {
  /** [features, latent] */
  w: number[][];
  /** [latent, features] */
  a: number[][];
  variance: number[];
  /** Per example, nats. */
  log_px: number[];
  kl: number[];
  expected_log_px_given_z: number[];
}

export const oracle = JSON.parse(
  readFileSync(join(import.meta.dirname, "oracles/linear-gaussian.json"), "utf8"),
) as { pixels: number[][]; sigma: number; cases: Record<"exact" | "loose", LinearGaussian> };

export const linearData = images({
  name: "linear",
  shape: [2, 2, 1],
  values: Uint8Array.from(oracle.pixels.flat()),
});

const network = (apply: Network["apply"]): Network => ({
  parameters: [],
  buffers: [],
  noise: {},
  apply,
  dispose() {},
});

/** A VAE whose p(x) is known: p(x|z) = N(W z + 1/2, sigma^2), q(z|x) = N(A (x - 1/2), variance). */
export function linearVae(which: "exact" | "loose"): Vae {
  const { w, a, variance } = oracle.cases[which];
  const config = custom({
    shape: linearData.shape,
    latent: 2,
    likelihood: { kind: "gaussian", sigma: oracle.sigma },
    build: () => ({
      encoder: network(([x]) => {
        const mu = tf.matMul(tf.sub(x!, 0.5), tf.tensor2d(a), false, true);
        const logvar = tf.tensor2d([variance.map(Math.log)]);
        return [mu, tf.add(tf.mul(mu, 0), logvar)];
      }),
      // The likelihood's mean is the sigmoid of what the decoder gives.
      decoder: network(([z]) => {
        const mean = tf.add(tf.matMul(z!, tf.tensor2d(w), false, true), 0.5);
        return [tf.sub(tf.log(mean), tf.log(tf.sub(1, mean)))];
      }),
    }),
  });
  const vae = new Vae(config, linearData);
  onTestFinished(() => vae.dispose());
  return vae;
}

/** A VAE as if a run had left it. */
export function asRun(vae: Vae, config: Partial<Record<keyof RunConfig, unknown>> = {}): EvaluatedModel {
  const whole = { objective: { kind: "elbo" }, seed: 0, binarize: "none", ...config } as RunConfig;
  return evaluatedRun({ vae, config: whole, directory: null });
}

export const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Bars with labels, and with two columns of known numbers. */
export function knownBars(count: number): Dataset {
  const data = bars(count, 3);
  const stream = new RandomStream(4, "sample");
  const labels = Uint8Array.from({ length: count }, (_, i) => {
    const at = data.values.subarray(i * 30, (i + 1) * 30).findIndex((value) => value > 0);
    return Math.floor(at / 5) % 3;
  });
  const values = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) values.set([labels[i]!, stream.below(1000) / 1000], i * 2);
  return { ...data, labels, columns: { names: ["place", "chance"], values } };
}

export type SmallOptions = Partial<Parameters<typeof mlp>[0]>;

/** A Vae of `knownBars` that goes when the test does. */
export function smallVae(config: SmallOptions = {}, seed = 2, data: Dataset = knownBars(1)): Vae {
  const vae = new Vae(mlp({ shape: data.shape, latent: 4, hidden: [10], ...config }), data, seed);
  onTestFinished(() => vae.dispose());
  return vae;
}

/** A report without its clock. */
export const figures = ({ seconds, ...report }: EvaluationReport) => report;

/** The same model, which traces each graph once for all evaluations. */
export function traceOnce(model: EvaluatedModel): EvaluatedModel {
  const made = new Map<string, Promise<ModelPass<unknown>>>();
  const once = async <T>(key: string, make: () => Promise<ModelPass<T>>): Promise<ModelPass<T>> => {
    if (!made.has(key)) made.set(key, make());
    const pass = (await made.get(key)) as ModelPass<T>;
    return { run: pass.run, async dispose() {} };
  };
  onTestFinished(async () => {
    for (const pass of made.values()) await (await pass).dispose();
  });
  return {
    ...model,
    densities: (sizes) => once(`densities ${JSON.stringify(sizes)}`, () => model.densities(sizes)),
    reconstruction: (sizes) => once(`reconstruction ${sizes.rows}`, () => model.reconstruction(sizes)),
  };
}
