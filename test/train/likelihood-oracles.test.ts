import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Likelihood, likelihoods, tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";

type Numbers = number[] | number[][];

/** Torch's and scipy's values in double precision, one feature a row; oracles/likelihood.py made them. */
interface Rows {
  x: number[];
  parameters: Record<string, Numbers>;
  log_prob: number[];
  gradients: Record<string, Numbers>;
  mean?: number[];
}

const { rows: oracle } = JSON.parse(
  readFileSync(join(import.meta.dirname, "oracles/likelihood.json"), "utf8"),
) as { rows: Record<string, Rows> };

const { categorical, gaussian, laplace } = likelihoods;
const one = { features: 1 };
const cases: Record<string, Likelihood> = {
  gaussian: gaussian.create({ kind: "gaussian", sigma: "per-element", floor: 0.002 }, one),
  laplace: laplace.create({ kind: "laplace", scale: "per-element", floor: 0.002 }, one),
  "discretized-logistic": likelihoods["discretized-logistic"].create(
    { kind: "discretized-logistic", scale: "per-element" },
    one,
  ),
  "discretized-logistic-narrow": likelihoods["discretized-logistic"].create(
    { kind: "discretized-logistic", scale: "per-element" },
    one,
  ),
  "continuous-bernoulli": likelihoods["continuous-bernoulli"].create({ kind: "continuous-bernoulli" }, one),
  "continuous-bernoulli-extreme": likelihoods["continuous-bernoulli"].create(
    { kind: "continuous-bernoulli" },
    one,
  ),
  "categorical-2": categorical.create({ kind: "categorical", levels: 2 }, one),
  "categorical-5": categorical.create({ kind: "categorical", levels: 5 }, one),
  "categorical-256": categorical.create({ kind: "categorical", levels: 256 }, one),
};

/** [n, 1] or, with levels, [n, levels, 1] */
const column = (values: Numbers) => tf.expandDims(tf.tensor(values), -1);

beforeAll(() => void tf.setBackend("cpu"));

describe.each(Object.keys(oracle))("%s against stored values of torch and scipy", (name) => {
  const likelihood = cases[name]!;
  const { x, parameters, log_prob, gradients, mean } = oracle[name]!;
  const names = Object.keys(parameters);

  it("has their log-probabilities, also far out", () => {
    const actual = tf.tidy(() => {
      const given = Object.fromEntries(names.map((key) => [key, column(parameters[key]!)]));
      return likelihood.logProb(column(x), given).dataSync();
    });
    // The terms of a sum near 0 are about 10, of which float32 knows 1e-6.
    expect(actual).toBeAllClose(log_prob, { rtol: 1e-6, atol: 2e-6 });
  });

  it("has their gradients, finite everywhere", () => {
    const actual = tf.tidy(() => {
      const of = tf.grads((...given: tf.Tensor[]) =>
        likelihood.logProb(column(x), Object.fromEntries(names.map((key, i) => [key, given[i]!]))),
      );
      return of(names.map((key) => column(parameters[key]!))).map((gradient) => gradient.dataSync());
    });
    names.forEach((key, i) => {
      const expected = (gradients[key]! as number[]).flat();
      expect(actual[i]!.every(Number.isFinite), key).toBe(true);
      expect(actual[i], key).toBeAllClose(expected, { rtol: 2e-6, atol: 1e-6 });
    });
  });

  if (!mean) return;
  it("has their mean", () => {
    const actual = tf.tidy(() => {
      const given = Object.fromEntries(names.map((key) => [key, column(parameters[key]!)]));
      return likelihood.mean(given).dataSync();
    });
    expect(actual).toBeAllClose(mean, { rtol: 1e-6, atol: 2e-7 });
  });
});
