import { describe, expect, test } from "vitest";
import { activeUnits } from "../../packages/latent/src/describe/active-units.js";
import { correlation } from "../../packages/latent/src/describe/correlation.js";
import { klPerDimension } from "../../packages/latent/src/describe/kl-per-dimension.js";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { codes, collapsed, oracle, repeated } from "./describe-oracle.js";

const one = (mu: number, logvar: number) => ({
  mu: rowsOf(Float32Array.of(mu), 1),
  logvar: rowsOf(Float32Array.of(logvar), 1),
});

describe("KL per dimension", () => {
  test("as scipy's integral of q ln(q / p)", () => {
    expect(klPerDimension(codes)).toBeAllClose(oracle.kl, { rtol: 1e-6 });
  });

  test("0 for collapsed posteriors, and small ones are not lost to rounding", () => {
    expect(klPerDimension(collapsed(5, 3))).toEqual([0, 0, 0]);
    expect(klPerDimension(one(0, 1e-6))).toBeAllClose([1e-12 / 4], { rtol: 1e-4 });
  });

  test("posteriors almost without width", () => {
    expect(klPerDimension(one(2, -60))).toBeAllClose([(4 - 1 + 60) / 2], { rtol: 1e-12 });
  });

  test("bad codes say which row", () => {
    const { mu } = one(0, 0);
    const logvar = rowsOf(Float32Array.of(Number.NEGATIVE_INFINITY), 1);
    expect(() => klPerDimension({ mu, logvar })).toThrow(DataError);
    expect(() => klPerDimension({ mu, logvar })).toThrow(/logvar: row 0, column 0 is -Infinity/);
    expect(() => klPerDimension(one(0, 900))).toThrow(/row 0, column 0 is 900, a variance of e\^900/);
    expect(() => klPerDimension({ mu: repeated(2, [0]), logvar: repeated(3, [0]) })).toThrow(ShapeError);
  });
});

describe("active units", () => {
  test("variances as numpy's; the collapsed dimension is not active", () => {
    const { variance, active, count } = activeUnits(codes.mu);
    expect(variance).toBeAllClose(oracle.variance, { rtol: 1e-6 });
    expect(active).toEqual([true, true, true, false]);
    expect(count).toBe(3);
    expect(activeUnits(codes.mu, { threshold: 0.5 }).count).toBe(2);
  });

  test("constant columns and one row have the variance 0", () => {
    const { variance, count } = activeUnits(repeated(10_000, [0.1, -1e30]));
    expect(variance).toEqual([0, 0]);
    expect(count).toBe(0);
    expect(activeUnits(repeated(1, [3, 4])).variance).toEqual([0, 0]);
  });

  test("refuses other options", () => {
    expect(() => activeUnits(codes.mu, { threshold: -1 })).toThrow(UsageError);
    expect(() => activeUnits(codes.mu, { limit: 1 } as object)).toThrow(/no option "limit"/);
  });
});

describe("correlation", () => {
  test("as numpy's corrcoef", () => {
    const { data, shape } = correlation(codes.mu);
    expect(shape).toEqual([4, 4]);
    expect(data).toBeAllClose(oracle.correlation, { atol: 1e-6 });
  });

  test("a constant column correlates with none but itself; a copy wholly", () => {
    const points = rowsOf(Float32Array.of(1, 0.1, -2, 2, 0.1, -4, 4, 0.1, -8), 3);
    expect(correlation(points).data).toBeAllClose([1, 0, -1, 0, 1, 0, -1, 0, 1], { atol: 1e-7 });
    expect([...correlation(repeated(1, [5, 6])).data]).toEqual([1, 0, 0, 1]);
    expect([...correlation(repeated(10_000, [0.1, 0.2])).data]).toEqual([1, 0, 0, 1]);
  });
});
