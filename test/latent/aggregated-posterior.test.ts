import { describe, expect, it } from "vitest";
import { aggregatedPosterior } from "../../packages/latent/src/describe/aggregated-posterior.js";
import type { Estimate } from "../../packages/latent/src/describe/interval.js";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { someRows, takeRows } from "../../packages/latent/src/sample-rows.js";
import { alike, codes, draw, expected, pair, terms, z } from "./aggregated-oracle.js";
import { normal, oracle, part, codes as plane, repeated } from "./describe-oracle.js";

describe("aggregated posterior", () => {
  it("gives SciPy's information, marginal KL, total correlation and dimension-wise KL", async () => {
    const found = await aggregatedPosterior(codes, { z });
    for (const term of terms) {
      expect(pair(found[term]), term).toBeAllClose(expected.terms[term], { rtol: 1e-11 });
    }
    expect(found.klPerDimension).toBeAllClose(expected.terms.klPerDimension, { rtol: 1e-11 });
    expect(found.mutualInformationUpper).toBeCloseTo(expected.terms.mutualInformationUpper, 11);
    expect(found).toMatchObject({ rows: 40, mutualInformationLimit: Math.log(40), saturated: false });
  });

  it("adds up: average KL = information + total correlation + dimension-wise KL", async () => {
    const { averageKl, mutualInformation, totalCorrelation, dimensionwiseKl, klPerDimension } =
      await aggregatedPosterior(codes);
    const sum = mutualInformation.value + totalCorrelation.value + dimensionwiseKl!.value;
    expect(sum).toBeCloseTo(averageKl.value, 12);
    expect(klPerDimension!.reduce((total, value) => total + value, 0)).toBeCloseTo(
      dimensionwiseKl!.value,
      12,
    );
  });

  // Rows that are there many times leave q(z) as it is: so many draws of a mixture of twelve.
  it("draws by itself, and finds the integrals on a grid", async () => {
    const { rows, columns, ...truth } = oracle.grid;
    const twelve = part(plane, rows, columns);
    const often = ({ data }: Rows) =>
      rowsOf(
        Float32Array.from({ length: 250 * data.length }, (_, i) => data[i % data.length]!),
        columns,
      );
    const found = await aggregatedPosterior({ mu: often(twelve.mu), logvar: often(twelve.logvar) });
    const near = ({ value, standardError }: Estimate, exact: number) => {
      expect(standardError).toBeLessThan(0.04);
      expect(Math.abs(value - exact), `${exact}`).toBeLessThan(4 * standardError);
    };
    near(found.mutualInformation, truth.mutualInformation);
    near(found.marginalKl, truth.aggregateKl);
    near(found.totalCorrelation, truth.totalCorrelation);
  });

  // mu ~ N(0, S), q(z|x) = N(mu, s^2 I): q(z) = N(0, C), C = S + s^2 I; everything is known.
  it("finds the closed forms of a linear Gaussian model", async () => {
    const [s2, correlation] = [0.25, 0.8];
    const means = normal(1500, 2, 61);
    for (let i = 1; i < means.data.length; i += 2) {
      means.data[i] = correlation * means.data[i - 1]! + Math.sqrt(1 - correlation ** 2) * means.data[i]!;
    }
    const found = await aggregatedPosterior(alike(means, s2), { seed: 63 });
    const determinant = (1 + s2) ** 2 - correlation ** 2;
    const information = 0.5 * Math.log(determinant / s2 ** 2);
    const total = 0.5 * Math.log((1 + s2) ** 2 / determinant);
    const dimension = 0.5 * (1 + s2 - 1 - Math.log(1 + s2));
    const near = (estimate: Estimate, exact: number) =>
      expect(Math.abs(estimate.value - exact), `${exact}`).toBeLessThan(3 * estimate.standardError);
    near(found.mutualInformation, information);
    expect(found.mutualInformationUpper).toBeGreaterThan(found.mutualInformation.value);
    expect(found.mutualInformationUpper - information).toBeLessThan(0.1);
    near(found.totalCorrelation, total);
    near(found.dimensionwiseKl!, 2 * dimension);
    near(found.marginalKl, total + 2 * dimension);
    for (const { standardError } of [found.mutualInformation, found.totalCorrelation]) {
      expect(standardError).toBeLessThan(0.05);
    }
  });

  // mu ~ N(0, (1 - s^2) I), q(z|x) = N(mu, s^2 I): q(z) is N(0, I), and information is -latent ln s.
  it.each([0.5, 2, 4.6, 5.5, 6.5])(
    "has the truth within its intervals where q(z) is the prior: %d nats of information",
    async (information) => {
      const latent = 4;
      const s = Math.exp(-information / latent);
      const found = await aggregatedPosterior(
        alike(normal(1000, latent, 65, Math.sqrt(1 - s ** 2)), s ** 2),
        {
          seed: 66,
        },
      );
      expect(found.mutualInformation.low).toBeLessThan(information);
      expect(found.mutualInformationUpper).toBeGreaterThan(information - 3 * found.averageKl.standardError);
      for (const name of ["marginalKl", "totalCorrelation", "dimensionwiseKl"] as const) {
        const { low, value, high } = found[name]!;
        expect(low, name).toBeLessThanOrEqual(0);
        expect(high, name).toBeGreaterThan(0);
        // Below 0 by noise alone.
        if (value > 0.5) expect(low, name).toBe(0);
      }
    },
  );

  it("has a low end above 0 for a KL that is there, and the truth above it", async () => {
    const s = 0.1;
    const around = normal(1000, 1, 67);
    const means = rowsOf(
      around.data.map((value) => 3 + value),
      1,
    );
    const { marginalKl, totalCorrelation } = await aggregatedPosterior(alike(means, s ** 2), { seed: 68 });
    const truth = 0.5 * (9 + 1 + s ** 2 - 1 - Math.log(1 + s ** 2));
    expect(marginalKl.low).toBeGreaterThan(4);
    expect(marginalKl.low).toBeLessThan(truth);
    expect(marginalKl.high).toBeGreaterThan(truth);
    expect(totalCorrelation).toEqual({ value: 0, standardError: 0, low: 0, high: 0 });
  });

  it("knows no information where all posteriors are alike, and ln N where none overlap", async () => {
    const none = await aggregatedPosterior(alike(repeated(30, [0, 0]), 1), { seed: 71 });
    for (const term of ["mutualInformation", "marginalKl", "totalCorrelation", "dimensionwiseKl"] as const) {
      expect(none[term]!.value, term).toBeCloseTo(0, 12);
    }
    expect(none.mutualInformationUpper).toBeCloseTo(0, 12);
    const apart = rowsOf(
      Float32Array.from({ length: 60 }, (_, i) => 1000 * i),
      2,
    );
    const all = await aggregatedPosterior(alike(apart, Math.exp(-8)), { seed: 72 });
    expect(all.mutualInformation.value).toBeCloseTo(Math.log(30), 12);
    expect(all).toMatchObject({ mutualInformationLimit: Math.log(30), saturated: true });
    expect(all.mutualInformationUpper).toBe(all.averageKl.value);
  });

  it("takes the densities of another prior, for which it has no dimension-wise KL", async () => {
    const standard = await aggregatedPosterior(codes, { z });
    const logPrior = new Float64Array(40);
    for (const [i, value] of z.data.entries()) {
      logPrior[Math.floor(i / 3)]! -= 0.5 * (value ** 2 + Math.log(2 * Math.PI));
    }
    const own = await aggregatedPosterior(codes, { z, logPrior });
    expect(own.marginalKl.value).toBeCloseTo(standard.marginalKl.value, 12);
    expect(own).toMatchObject({ dimensionwiseKl: null, klPerDimension: null });
    const shifted = await aggregatedPosterior(codes, { z, logPrior: logPrior.map((value) => value - 1) });
    expect(shifted.averageKl.value).toBeCloseTo(standard.averageKl.value + 1, 12);
  });

  it("takes rows drawn by the seed beyond its limit, and says so", async () => {
    const found = await aggregatedPosterior(codes, { z, rows: 10 });
    const chosen = someRows(40, 10, 0);
    const few = { mu: takeRows(codes.mu, chosen), logvar: takeRows(codes.logvar, chosen) };
    const same = await aggregatedPosterior(few, { z: takeRows(z, chosen) });
    expect(found.mutualInformation).toEqual(same.mutualInformation);
    expect(found.rows).toBe(10);
    expect(found.protocol).toContain("10 drawn from 40 examples");
  });

  it("has numbers for sigmas of any size, and for rows that are equal", async () => {
    const mu = rowsOf(Float32Array.of(1, 0, 2, 0, -3e37, 5), 2);
    const logvar = rowsOf(Float32Array.of(-60, -3e38, 160, 2, -3e38, 0), 2);
    for (const each of [{ mu, logvar }, alike(repeated(500, [1, 2]), 0.4)]) {
      const { protocol, saturated, klPerDimension, ...rest } = await aggregatedPosterior(each);
      const numbers = Object.values(rest).flatMap((value) =>
        typeof value === "number" ? [value] : Object.values(value!),
      );
      expect([...numbers, ...klPerDimension!].filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  });

  it("draws the same by the same seed, and the seed's draws can be given", async () => {
    const first = await aggregatedPosterior(codes, { seed: 3 });
    expect(await aggregatedPosterior(codes, { seed: 3 })).toEqual(first);
    expect((await aggregatedPosterior(codes, { seed: 4 })).averageKl).not.toEqual(first.averageKl);
    const given = await aggregatedPosterior(codes, { z: draw(codes, 3) });
    expect(pair(given.averageKl)).toBeAllClose(pair(first.averageKl), { rtol: 1e-5 });
    await expect(aggregatedPosterior(codes, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it("refuses sizes that differ, one row, and what it does not know", async () => {
    const { mu } = codes;
    const cases: [Promise<unknown>, new (message: string) => Error, RegExp][] = [
      [aggregatedPosterior({ mu, logvar: normal(5, 3, 1) }), ShapeError, /mu has 40 rows, logvar 5/],
      [aggregatedPosterior(codes, { z: normal(40, 2, 1) }), ShapeError, /z: points must have 3 columns/],
      [aggregatedPosterior(codes, { z: normal(39, 3, 1) }), DataError, /z: at least 40 rows/],
      [aggregatedPosterior(codes, { z: normal(41, 3, 1) }), DataError, /41 draws of z for 40 rows/],
      [aggregatedPosterior(codes, { z, logPrior: new Float32Array(3) }), DataError, /3 values for 40 draws/],
      [aggregatedPosterior(codes, { z, logPrior: Array(40).fill(Number.NaN) }), DataError, /row 0 is NaN/],
      [aggregatedPosterior(codes, { logPrior: new Float32Array(40) }), UsageError, /give these as z, too/],
      [
        aggregatedPosterior(alike(repeated(1, [1, 2]), 1)),
        DataError,
        /at least 2 rows are needed for a mixture/,
      ],
      [aggregatedPosterior(codes, { rows: 1 }), UsageError, /rows must be an integer/],
      [aggregatedPosterior(codes, { most: 10 } as object), UsageError, /no option "most"/],
    ];
    for (const [call, Kind, message] of cases) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Kind);
      expect(error).toMatchObject({ message: expect.stringMatching(message) });
    }
  });
});
