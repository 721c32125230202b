import { RandomStream } from "@vaekit/infer";
import { describe, expect, it } from "vitest";

const count = 1e5;
/** Standard errors that a mean over `count` draws may be off: one false alarm in 2 million. */
const deviations = 5;

function moment(values: Float32Array, power: number, center = 0): number {
  return values.reduce((sum, value) => sum + (value - center) ** power, 0) / values.length;
}

/** Pearson's statistic of counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

/** A bound that the statistic passes once in about a million (Wilson & Hilferty's approximation). */
function chiSquareBound(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 4.8 * Math.sqrt(spread)) ** 3;
}

function tally(length: number, draws: number, draw: () => number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (let i = 0; i < draws; i++) counts[draw()]! += 1;
  return counts;
}

describe.each([0, 1, 2 ** 40 + 3])("draws from seed %d", (seed) => {
  it("normal has the moments of N(0, 1)", () => {
    const values = new RandomStream(seed, "noise").normal(new Float32Array(count));
    // Moments of order k have variance E[x^2k] - E[x^k]^2: 1, 2, 15, 96.
    for (const [power, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      const error = Math.abs(moment(values, power) - expected);
      expect(error, `moment ${power}`).toBeLessThan(deviations * Math.sqrt(variance / count));
    }
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it("normal's tails are as heavy as they should be", () => {
    const values = new RandomStream(seed, "noise").normal(new Float32Array(count));
    for (const [bound, share] of [
      [1, 0.3173105],
      [2, 0.0455003],
      [3, 0.0026998],
    ] as const) {
      const beyond = values.filter((value) => Math.abs(value) > bound).length / count;
      expect(Math.abs(beyond - share), `|x| > ${bound}`).toBeLessThan(
        deviations * Math.sqrt((share * (1 - share)) / count),
      );
    }
  });

  it("uniform has the moments of U[0, 1) and stays below 1", () => {
    const values = new RandomStream(seed, "binarize").uniform(new Float32Array(count));
    expect(Math.abs(moment(values, 1) - 1 / 2)).toBeLessThan(deviations * Math.sqrt(1 / 12 / count));
    expect(Math.abs(moment(values, 2, 0.5) - 1 / 12)).toBeLessThan(deviations * Math.sqrt(1 / 180 / count));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.every((value) => Number.isInteger(value * 2 ** 24))).toBe(true);
  });

  it("successive draws are not correlated", () => {
    const values = new RandomStream(seed, "noise").normal(new Float32Array(count));
    for (const lag of [1, 2, 3]) {
      const product =
        values.subarray(lag).reduce((sum, value, i) => sum + value * values[i]!, 0) / (count - lag);
      expect(Math.abs(product), `lag ${lag}`).toBeLessThan(deviations / Math.sqrt(count));
    }
  });

  it.each([2, 3, 7, 10, 1000])("below(%d) is even over its range", (bound) => {
    const stream = new RandomStream(seed, "sample");
    const counts = tally(bound, count, () => stream.below(bound));
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(bound - 1));
  });

  it("below rejects the words that would favour small numbers", () => {
    // 3 * 2^30 divides 2^32 with a large rest: without rejection the lowest third would come up half of the time.
    const bound = 3 * 2 ** 30;
    const stream = new RandomStream(seed, "sample");
    const counts = tally(3, count, () => Math.floor(stream.below(bound) / 2 ** 30));
    expect(chiSquare(counts)).toBeLessThan(chiSquareBound(2));
  });

  it("permutation holds every index once", () => {
    const stream = new RandomStream(seed, "shuffle");
    for (const size of [0, 1, 2, 5, 1000]) {
      expect(Array.from(stream.permutation(size)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: size }, (_, i) => i),
      );
    }
  });

  it("permutation gives all orders of four alike", () => {
    const stream = new RandomStream(seed, "shuffle");
    const places = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = stream.permutation(4).join("");
      places.set(order, (places.get(order) ?? 0) + 1);
    }
    expect(places.size).toBe(24);
    expect(chiSquare([...places.values()])).toBeLessThan(chiSquareBound(23));
  });
});
