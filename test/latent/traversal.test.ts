import { describe, expect, it } from "vitest";
import { normalCdf } from "../../packages/latent/src/move/normal-cdf.ts";
import { posteriorQuantiles } from "../../packages/latent/src/move/posterior-quantiles.ts";
import { traversal } from "../../packages/latent/src/move/traversal.ts";
import { Random } from "../../packages/latent/src/random.ts";
import { type Codes, rowsOf } from "../../packages/latent/src/rows.ts";
import oracle from "./oracles/move.json" with { type: "json" };

const { quantiles, distribution } = oracle;
const rows = ({ data, shape }: { data: number[]; shape: number[] }) => ({
  data: Float32Array.from(data),
  shape,
});
const codes: Codes = { mu: rows(quantiles.mu), logvar: rows(quantiles.logvar) };

function codesOf(mu: number[], logvar: number[], latent = 1): Codes {
  return {
    mu: rowsOf(Float32Array.from(mu), latent),
    logvar: rowsOf(Float32Array.from(logvar), latent),
  };
}

describe("posteriorQuantiles", () => {
  it("has the normal distribution of scipy, tails included", () => {
    for (const [i, x] of distribution.x.entries()) {
      expect(Math.abs(normalCdf(x) / distribution.cdf[i]! - 1), `${x}`).toBeLessThan(1e-8);
      expect(Math.abs(normalCdf(x) - distribution.cdf[i]!)).toBeLessThan(1e-14);
    }
    expect(normalCdf(-50)).toBe(0);
    expect(normalCdf(50)).toBe(1);
  });

  it("are the roots of the mixture's distribution function that scipy finds", () => {
    for (const [dimension, expected] of quantiles.values.entries()) {
      const found = posteriorQuantiles(codes, dimension, quantiles.probabilities);
      expect(found).toBeAllClose(expected, { rtol: 1e-7, atol: 1e-9 });
    }
  });

  it("are mu + sigma Phi^-1(p) for one posterior, and mu itself where sigma is 0", () => {
    const [median, above] = posteriorQuantiles(codesOf([3], [2 * Math.log(0.5)]), 0, [0.5, 0.975]);
    expect(median).toBeCloseTo(3, 12);
    expect(above).toBeCloseTo(3 + 0.5 * 1.959963984540054, 7);
    const steps = posteriorQuantiles(codesOf([3, 4, 8], [-3000, -3000, -3000]), 0, [0.2, 0.4, 0.6, 0.8]);
    expect(steps).toBeAllClose([3, 4, 4, 8], { rtol: 1e-12 });
    // Apart by far more than they are wide: nothing in between.
    const apart = posteriorQuantiles(codesOf([-1e6, 1e6], [-20, -20]), 0, [0.25, 0.75]);
    expect(apart).toBeAllClose([-1e6, 1e6], { rtol: 1e-9 });
  });

  it("of many rows are those of some, drawn by the seed", () => {
    const random = new Random(1);
    const mu = Float32Array.from({ length: 12_000 }, () => random.normal());
    const many = { mu: rowsOf(mu, 1), logvar: rowsOf(new Float32Array(12_000).fill(-2), 1) };
    const some = posteriorQuantiles(many, 0, [0.1, 0.9]);
    const all = posteriorQuantiles(many, 0, [0.1, 0.9], { rows: 12_000 });
    expect(some).toBeAllClose(all, { atol: 0.05 });
    expect(some).not.toEqual(all);
    expect(posteriorQuantiles(many, 0, [0.1, 0.9], { seed: 0 })).toEqual(some);
    expect(posteriorQuantiles(many, 0, [0.1, 0.9], { seed: 1 })).not.toEqual(some);
  });

  it("says what is wrong with what it is given", () => {
    expect(() => posteriorQuantiles(codes, 3, [0.5])).toThrow(
      /dimension must be an integer from 0 to 2, got 3/,
    );
    expect(() => posteriorQuantiles(codes, 0, [0.5, 1])).toThrow(/between 0 and 1, both excluded, got 1/);
    expect(() => posteriorQuantiles(codes, 0, [Number.NaN])).toThrow(/got NaN/);
    expect(() => posteriorQuantiles(codesOf([0, 1], [0, 3000]), 0, [0.5])).toThrow(
      /row 1 .* sigma is infinite/,
    );
    expect(() => posteriorQuantiles(codesOf([Number.NaN], [0]), 0, [0.5])).toThrow(/row 0, column 0 is NaN/);
  });
});

describe("traversal", () => {
  it("goes through evenly spaced quantiles in one dimension and holds the others at the medians of mu", () => {
    const { z, values, probabilities } = traversal(codes, { dimension: 1, steps: 5, from: 0.1, to: 0.9 });
    expect(probabilities).toBeAllClose([0.1, 0.3, 0.5, 0.7, 0.9], { rtol: 1e-12 });
    expect(values).toEqual(posteriorQuantiles(codes, 1, probabilities));
    expect(z.shape).toEqual([5, 3]);
    const sorted = Array.from({ length: 80 }, (_, i) => codes.mu.data[3 * i]!).sort((a, b) => a - b);
    for (let step = 0; step < 5; step++) {
      expect(z.data[3 * step]).toBeCloseTo((sorted[39]! + sorted[40]!) / 2, 6);
      expect(z.data[3 * step + 1]).toBe(Math.fround(values[step]!));
      expect(z.data[3 * step + 2]).toBe(z.data[2]);
    }
  });

  it("holds them where it is told to, and may go downwards", () => {
    const around = Float32Array.of(7, 8, 9);
    const { z, values } = traversal(codes, { dimension: 2, steps: 2, from: 0.99, to: 0.01, around });
    expect(values[0]).toBeGreaterThan(values[1]!);
    expect(Array.from(z.data)).toEqual([7, 8, Math.fround(values[0]!), 7, 8, Math.fround(values[1]!)]);
  });

  it("is one value throughout where the posteriors are one point", () => {
    const { values } = traversal(codesOf(new Array(100).fill(2), new Array(100).fill(-1000)), {
      dimension: 0,
    });
    expect(values).toBeAllClose(new Array(9).fill(2), { rtol: 1e-12 });
  });

  it("says what is wrong with what it is given", () => {
    expect(() => traversal(codes, { dimension: -1 })).toThrow(
      /dimension must be an integer from 0 to 2, got -1/,
    );
    expect(() => traversal(codes, { dimension: 0, steps: 1 })).toThrow(/steps must be an integer from 2/);
    expect(() => traversal(codes, { dimension: 0, from: 0 })).toThrow(/from must be a probability .* got 0/);
    expect(() => traversal(codes, { dimension: 0, around: new Float32Array(2) })).toThrow(
      /around must have 3 numbers/,
    );
    expect(() => traversal(codes, { dimension: 0, step: 3 } as never)).toThrow(/there is no option "step"/);
  });
});
