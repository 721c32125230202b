import { describe, expect, test } from "vitest";
import { aggregatedPosterior } from "../../packages/latent/src/describe/aggregated-posterior.js";
import { totalCorrelation } from "../../packages/latent/src/describe/total-correlation.js";
import { DataError, UsageError } from "../../packages/latent/src/errors.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { codes, collapsed, normal, oracle, repeated } from "./describe-oracle.js";

describe("total correlation", () => {
  test("of the Gaussian as numpy's log-determinant", async () => {
    const { gaussian } = await totalCorrelation(codes);
    expect([gaussian]).toBeAllClose([oracle.gaussian.totalCorrelation], { rtol: 1e-6 });
  });

  test("of the mixture as aggregatedPosterior has it, which need not be made twice", async () => {
    const aggregated = await aggregatedPosterior(codes, { seed: 5 });
    const { value, ...interval } = aggregated.totalCorrelation;
    const found = await totalCorrelation(codes, { seed: 5 });
    expect(found).toMatchObject({ estimate: value, ...interval, saturated: false, rows: 120 });
    expect(await totalCorrelation(codes, { aggregated })).toEqual(found);
  });

  test("0 for collapsed posteriors, and for one dimension; one row has none", async () => {
    const none = await totalCorrelation(collapsed(500, 4));
    expect(none.gaussian).toBe(0);
    expect(Math.abs(none.estimate)).toBeLessThan(1e-9);
    const line = await totalCorrelation({ mu: normal(50, 1, 1), logvar: repeated(50, [-2]) });
    expect([line.gaussian, line.estimate, line.standardError]).toEqual([0, 0, 0]);
    const single = { mu: repeated(1, [1, 2]), logvar: repeated(1, [-3, -60]) };
    await expect(totalCorrelation(single)).rejects.toThrow(DataError);
  });

  test("copies of a column cost much, but not infinitely; nothing is NaN for tiny sigma", async () => {
    const { data } = normal(100, 1, 2);
    const mu = rowsOf(
      Float32Array.from({ length: 200 }, (_, i) => data[i >> 1]!),
      2,
    );
    const { gaussian, estimate, saturated } = await totalCorrelation({
      mu,
      logvar: repeated(100, [-60, -60]),
    });
    expect(saturated).toBe(true);
    expect(gaussian).toBeGreaterThan(10);
    expect(gaussian).toBeLessThan(20);
    // The dimensions tell everything of each other: ln 100 nats, of which row it was.
    expect([estimate]).toBeAllClose([Math.log(100)], { rtol: 1e-6 });
  });

  test("a sample of the rows comes near to all of them", async () => {
    const base = normal(4000, 2, 3);
    const mu = rowsOf(
      base.data.map((value, i) => (i % 2 ? 0.6 * value + 0.8 * base.data[i - 1]! : value)),
      2,
    );
    const wide = { mu, logvar: repeated(4000, [-1, -1]) };
    const all = await totalCorrelation(wide);
    const some = await totalCorrelation(wide, { rows: 1000 });
    expect([all.rows, some.rows]).toEqual([4000, 1000]);
    expect(all.gaussian).toBeGreaterThan(0.15);
    expect(Math.abs(all.estimate - all.gaussian)).toBeLessThan(0.03);
    expect(Math.abs(some.estimate - all.estimate)).toBeLessThan(0.05);
  });

  test("the same seed gives the same; signals end it; other options are refused", async () => {
    const first = await totalCorrelation(codes, { seed: 3 });
    expect(await totalCorrelation(codes, { seed: 3 })).toEqual(first);
    expect((await totalCorrelation(codes, { seed: 4 })).estimate).not.toBe(first.estimate);
    await expect(totalCorrelation(codes, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    await expect(totalCorrelation(codes, { rows: 1 })).rejects.toThrow(UsageError);
  });
});
