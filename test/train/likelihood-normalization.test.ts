import { type Likelihood, tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { densities, masses } from "./likelihood-cases.ts";

beforeAll(() => void tf.setBackend("cpu"));

/** Decoder outputs of one feature, n rows that differ: [n, blocks], from -size to size. */
function rawRows(blocks: number, size: number, n = 7): number[][] {
  return Array.from({ length: n }, (_, row) =>
    Array.from({ length: blocks }, (_, block) => size * Math.sin(2.3 * row + 1.7 * block + 0.4)),
  );
}

/** p(x) of one row of decoder outputs at each x, and the mean that the likelihood says. */
function evaluate(likelihood: Likelihood, raw: readonly number[], x: ArrayLike<number>) {
  return tf.tidy(() => {
    const rows = tf.tile(tf.tensor2d([[...raw]]), [x.length, 1]);
    const parameters = likelihood.parameters(rows);
    const log = likelihood.logProb(tf.tensor2d(Float32Array.from(x), [x.length, 1]), parameters);
    return {
      p: Array.from(log.dataSync(), Math.exp),
      mean: likelihood.mean(parameters).dataSync()[0]!,
    };
  });
}

const sum = (values: ArrayLike<number>, weight: (i: number) => number = () => 1) => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * weight(i);
  return total;
};

describe("densities integrate to 1, and their means are the integral of x p(x)", () => {
  // Of one feature: with the density's ends (the continuous Bernoulli's steps at 0 and 1) in the middle of no cell.
  const cells = 20_000;
  const over = (from: number, to: number) =>
    Array.from({ length: cells }, (_, i) => from + ((i + 0.5) * (to - from)) / cells);

  it.each(Object.entries(densities))("%s", (name, make) => {
    const likelihood = make(1);
    const [from, to] = name === "continuous Bernoulli" ? [0, 1] : [-12, 13];
    const x = over(from, to);
    const cell = (to - from) / cells;
    for (const raw of rawRows(likelihood.parametersPerFeature, 1.5)) {
      const { p, mean } = evaluate(likelihood, raw, x);
      expect(sum(p) * cell, `raw ${raw}`).toBeCloseTo(1, 4);
      expect(sum(p, (i) => x[i]!) * cell, `raw ${raw}`).toBeCloseTo(mean, 4);
    }
    tf.dispose(likelihood.variables.map(({ variable }) => variable));
  });
});

describe("probabilities of levels sum to 1, and their means are the sum of x p(x)", () => {
  it.each(Object.entries(masses))("%s", (name, { levels, make }) => {
    const likelihood = make(1);
    const x = Array.from({ length: levels }, (_, i) => i / (levels - 1));
    for (const size of [0.5, 8]) {
      for (const raw of rawRows(likelihood.parametersPerFeature, size)) {
        const { p, mean } = evaluate(likelihood, raw, x);
        expect(sum(p), `raw ${raw}`).toBeCloseTo(1, 5);
        const expected = sum(p, (i) => x[i]!);
        // The logistic's is that before rounding: half a level off at most.
        if (name.startsWith("discretized")) expect(Math.abs(mean - expected)).toBeLessThan(0.5 / 255);
        else expect(mean).toBeCloseTo(expected, 5);
      }
    }
    tf.dispose(likelihood.variables.map(({ variable }) => variable));
  });

  it("the discretized logistic's mean is exact where its scale is above a level", () => {
    const likelihood = masses["discretized logistic, scale per element"]!.make(1);
    const x = Array.from({ length: 256 }, (_, i) => i / 255);
    for (const [loc, scale] of [
      [0, 0],
      [1.3, -2],
      [-0.4, -3],
      [0.2, 3],
      [-2, 4.5],
      [1, 6],
    ] as const) {
      const { p, mean } = evaluate(likelihood, [loc, scale], x);
      // The trapezium of the tails at both ends is off by the square of a level.
      expect(Math.abs(mean - sum(p, (i) => x[i]!)), `raw ${loc}, ${scale}`).toBeLessThan(1.5e-5);
    }
  });
});

describe("log-probabilities sum over features and keep examples apart", () => {
  const all = { ...densities, ...Object.fromEntries(Object.entries(masses).map(([k, v]) => [k, v.make])) };

  it.each(Object.entries(all))("%s", (_, make) => {
    const [batch, features] = [3, 4];
    const together = make(features);
    const single = make(1);
    const blocks = together.parametersPerFeature;
    const x = Array.from({ length: batch * features }, (_, i) => [0, 0.5, 1][i % 3]!);
    const levels = blocks === 256 || together.name.startsWith("discretized") ? 255 : 2;
    const values = x.map((value) => Math.round(value * levels) / levels);
    const raw = Array.from({ length: batch * blocks * features }, (_, i) => 2 * Math.sin(1.3 * i));
    tf.tidy(() => {
      const parameters = together.parameters(tf.tensor2d(raw, [batch, blocks * features]));
      const log = together.logProb(tf.tensor2d(values, [batch, features]), parameters);
      const mean = together.mean(parameters);
      expect([log.shape, mean.shape]).toEqual([[batch], [batch, features]]);
      const at = (n: number, f: number) =>
        tf.tensor2d([
          Array.from({ length: blocks }, (_, b) => raw[n * blocks * features + b * features + f]!),
        ]);
      const expected = Array.from({ length: batch }, (_, n) =>
        Array.from({ length: features }, (_, f) => {
          const alone = single.parameters(at(n, f));
          const value = tf.tensor2d([[values[n * features + f]!]]);
          return [single.logProb(value, alone).dataSync()[0]!, single.mean(alone).dataSync()[0]!] as const;
        }),
      );
      expect(log.dataSync()).toBeAllClose(
        expected.map((row) => sum(row.map(([value]) => value))),
        { rtol: 2e-6, atol: 2e-6 },
      );
      expect(mean.dataSync()).toBeAllClose(
        expected.flat().map(([, value]) => value),
        { atol: 2e-7 },
      );
    });
    tf.dispose([...together.variables, ...single.variables].map(({ variable }) => variable));
  });
});
