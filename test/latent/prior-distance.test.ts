import { describe, expect, test } from "vitest";
import { distanceToPrior } from "../../packages/latent/src/describe/distance-to-prior.js";
import { klPerDimension } from "../../packages/latent/src/describe/kl-per-dimension.js";
import { DataError } from "../../packages/latent/src/errors.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { codes, collapsed, normal, oracle, part, repeated } from "./describe-oracle.js";

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

describe("distance to the prior", () => {
  test("moments, KL and 2-Wasserstein distance of the Gaussian fit as numpy's and scipy's", async () => {
    const found = await distanceToPrior(codes);
    const { mean, std, kl, wasserstein2 } = oracle.gaussian;
    expect(found.mean).toBeAllClose(mean, { rtol: 1e-6, atol: 1e-9 });
    expect(found.std).toBeAllClose(std, { rtol: 1e-6 });
    expect([found.kl, found.wasserstein2]).toBeAllClose([kl, wasserstein2], { rtol: 1e-6 });
  });

  test("kernel distance as scipy's Gaussian densities give it", async () => {
    expect([(await distanceToPrior(codes)).mmd]).toBeAllClose([oracle.mmd], { rtol: 1e-6 });
  });

  test("a sample of the rows gives the kernel distance without bias", async () => {
    const rows = 3000;
    const wide = { mu: normal(rows, 2, 4, 0.5), logvar: repeated(rows, [-1, -1]) };
    const { mmd: expected } = await distanceToPrior(wide);
    const squares: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      squares.push((await distanceToPrior(wide, { rows: 200, samples: 1, seed })).mmd ** 2);
    }
    expect([sum(squares) / 12]).toBeAllClose([expected ** 2], { rtol: 0.05 });
  });

  test("KL(q(z) || p(z)) and I(x; z) as the integrals on a grid, within the standard error", async () => {
    const { rows, columns, aggregateKl, mutualInformation } = oracle.grid;
    const found = await distanceToPrior(part(codes, rows, columns), { samples: 20_000 });
    expect(found.standardError).toBeLessThan(0.02);
    expect(Math.abs(found.mutualInformation - mutualInformation)).toBeLessThan(4 * found.standardError);
    expect(Math.abs(found.aggregateKl - aggregateKl)).toBeLessThan(4 * found.standardError);
  });

  test("the mean KL is I(x; z) + KL(q(z) || p(z))", async () => {
    const found = await distanceToPrior(codes);
    expect([found.mutualInformation + found.aggregateKl]).toBeAllClose([sum(klPerDimension(codes))], {
      rtol: 1e-12,
    });
  });

  test("0 for collapsed posteriors", async () => {
    const found = await distanceToPrior(collapsed(300, 3));
    expect(found.ownShare).toBeCloseTo(1 / 300, 12);
    const { mean, std, kl, wasserstein2, mmd, aggregateKl, mutualInformation } = found;
    expect([mean, std]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect([kl, wasserstein2, mmd, aggregateKl, mutualInformation]).toBeAllClose([0, 0, 0, 0, 0], {
      atol: 1e-7,
    });
  });

  test("posteriors that do not overlap tell which row it was: ln rows, and the rest is distance", async () => {
    const rows = 200;
    const islands = { mu: normal(rows, 8, 5), logvar: repeated(rows, Array(8).fill(-12)) };
    const found = await distanceToPrior(islands);
    expect([found.mutualInformation]).toBeAllClose([Math.log(rows)], { rtol: 1e-6 });
    expect(found.aggregateKl).toBeGreaterThan(20);
    expect(found.ownShare).toBeCloseTo(1, 6);
    const part = await distanceToPrior(islands, { rows: 50 });
    expect([part.mutualInformation]).toBeAllClose([Math.log(rows)], { rtol: 1e-6 });
  });

  test("one row, constant columns, equal rows and tiny sigma give numbers", async () => {
    const extreme = rowsOf(Float32Array.of(-60, -3e38, -60, -3e38), 2);
    const cases = [
      { mu: repeated(1, [1, 2]), logvar: repeated(1, [0, -60]) },
      { mu: repeated(3000, [1, 2]), logvar: repeated(3000, [-1, -2]) },
      { mu: rowsOf(Float32Array.of(1, 0, 2, 0), 2), logvar: extreme },
    ];
    for (const each of cases) {
      const { mean, std, ...numbers } = await distanceToPrior(each, { samples: 500 });
      expect([...mean, ...std, ...Object.values(numbers)].every(Number.isFinite)).toBe(true);
    }
    const equal = await distanceToPrior(cases[1]!, { samples: 500 });
    expect(equal.mutualInformation).toBeLessThan(1e-9);
    expect([equal.mean, equal.std]).toEqual([
      [1, 2],
      [expect.closeTo(Math.exp(-0.5)), expect.closeTo(Math.exp(-1))],
    ]);
  });

  test("bad codes", async () => {
    const logvar = rowsOf(Float32Array.of(0, Number.NEGATIVE_INFINITY), 2);
    await expect(distanceToPrior({ mu: repeated(1, [0, 0]), logvar })).rejects.toThrow(DataError);
    await expect(distanceToPrior(collapsed(2, 1), { kernel: "rbf" } as object)).rejects.toThrow(
      /no option "kernel"/,
    );
  });
});
