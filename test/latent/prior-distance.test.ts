import { describe, expect, test } from "vitest";
import { aggregatedPosterior } from "../../packages/latent/src/describe/aggregated-posterior.js";
import { distanceToPrior } from "../../packages/latent/src/describe/distance-to-prior.js";
import { klPerDimension } from "../../packages/latent/src/describe/kl-per-dimension.js";
import { squaredMmd } from "../../packages/latent/src/describe/mmd.js";
import { DataError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { codes, collapsed, normal, oracle, repeated } from "./describe-oracle.js";

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe("distance to the prior", () => {
  test("moments, KL and 2-Wasserstein distance of the Gaussian fit as numpy's and scipy's", async () => {
    const found = await distanceToPrior(codes);
    const { mean, std, kl, wasserstein2 } = oracle.gaussian;
    expect(found.mean).toBeAllClose(mean, { rtol: 1e-6, atol: 1e-9 });
    expect(found.std).toBeAllClose(std, { rtol: 1e-6 });
    expect([found.kl, found.wasserstein2]).toBeAllClose([kl, wasserstein2], { rtol: 1e-6 });
  });

  test("squared MMD of the same draws and as many of the prior, with what chance makes of it", async () => {
    const wide = { mu: normal(300, 3, 6), logvar: repeated(300, [0, 0, 0]) };
    const far = await distanceToPrior(wide, { seed: 2 });
    expect(far.mmd).toBeGreaterThan(3 * far.mmdNullDeviation);
    const near = await distanceToPrior(collapsed(300, 3), { seed: 2 });
    expect(Math.abs(near.mmd)).toBeLessThan(3 * near.mmdNullDeviation);
    const given = await distanceToPrior(codes, { z: codes.mu, seed: 2 });
    const random = new Random(2);
    const prior = rowsOf(
      codes.mu.data.map(() => random.normal()),
      4,
    );
    expect(given.mmd).toBe((await squaredMmd(codes.mu, prior)).value);
  });

  test("information and KL are those of aggregatedPosterior, which need not be made twice", async () => {
    const aggregated = await aggregatedPosterior(codes, { seed: 5 });
    const found = await distanceToPrior(codes, { seed: 5 });
    expect(found.aggregated).toEqual(aggregated);
    expect(found.aggregateKl).toBe(aggregated.marginalKl.value);
    expect(found.mutualInformation + found.aggregateKl).toBeCloseTo(aggregated.averageKl.value, 12);
    expect(await distanceToPrior(codes, { seed: 5, aggregated })).toEqual(found);
    const total = sum(klPerDimension(codes));
    const { value, standardError } = aggregated.averageKl;
    expect(Math.abs(value - total)).toBeLessThan(3 * standardError);
  });

  test("0 for collapsed posteriors", async () => {
    const found = await distanceToPrior(collapsed(300, 3));
    const { mean, std, kl, wasserstein2, aggregateKl, mutualInformation } = found;
    expect([mean, std]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect([kl, wasserstein2, aggregateKl, mutualInformation]).toBeAllClose([0, 0, 0, 0], {
      atol: 1e-7,
    });
  });

  test("posteriors that do not overlap tell which row it was: ln rows, and the rest is distance", async () => {
    const rows = 200;
    const islands = { mu: normal(rows, 8, 5), logvar: repeated(rows, Array(8).fill(-12)) };
    const found = await distanceToPrior(islands);
    expect([found.mutualInformation]).toBeAllClose([Math.log(rows)], { rtol: 1e-6 });
    expect(found.aggregateKl).toBeGreaterThan(20);
    expect(found.aggregated.saturated).toBe(true);
    const part = await distanceToPrior(islands, { rows: 50 });
    expect([part.mutualInformation]).toBeAllClose([Math.log(50)], { rtol: 1e-6 });
  });

  test("constant columns, equal rows and tiny sigma give numbers", async () => {
    const extreme = rowsOf(Float32Array.of(-60, -3e38, -60, -3e38), 2);
    const cases = [
      { mu: repeated(3000, [1, 2]), logvar: repeated(3000, [-1, -2]) },
      { mu: rowsOf(Float32Array.of(1, 0, 2, 0), 2), logvar: extreme },
    ];
    for (const each of cases) {
      const { mean, std, aggregated, ...numbers } = await distanceToPrior(each);
      expect([...mean, ...std, ...Object.values(numbers)].every(Number.isFinite)).toBe(true);
    }
    const equal = await distanceToPrior(cases[0]!);
    expect(equal.mutualInformation).toBeLessThan(1e-9);
    expect([equal.mean, equal.std]).toEqual([
      [1, 2],
      [expect.closeTo(Math.exp(-0.5)), expect.closeTo(Math.exp(-1))],
    ]);
  });

  test("bad codes", async () => {
    const single = { mu: repeated(1, [1, 2]), logvar: repeated(1, [0, -60]) };
    await expect(distanceToPrior(single)).rejects.toThrow(/at least 2 rows are needed for a mixture/);
    const own = await aggregatedPosterior(codes, { z: codes.mu, logPrior: new Float32Array(120) });
    await expect(distanceToPrior(codes, { aggregated: own })).rejects.toThrow(/a prior of one's own/);
    const logvar = rowsOf(Float32Array.of(0, Number.NEGATIVE_INFINITY), 2);
    await expect(distanceToPrior({ mu: repeated(1, [0, 0]), logvar })).rejects.toThrow(DataError);
    await expect(distanceToPrior(collapsed(2, 1), { kernel: "rbf" } as object)).rejects.toThrow(
      /no option "kernel"/,
    );
  });
});
