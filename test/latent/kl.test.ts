import { describe, expect, test } from "vitest";
import { activeUnits } from "../../packages/latent/src/describe/active-units.js";
import { correlation } from "../../packages/latent/src/describe/correlation.js";
import { klPerDimension, latentKl } from "../../packages/latent/src/describe/kl-per-dimension.js";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { expected, codes as few } from "./aggregated-oracle.js";
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

  test("its sum, its order, and how many dimensions hold nearly all of it", () => {
    const kl = latentKl(codes);
    expect(kl.perDimension).toEqual(klPerDimension(codes));
    expect([kl.total]).toBeAllClose([oracle.kl.reduce((sum, value) => sum + value, 0)], { rtol: 1e-6 });
    const falling = kl.order.map((d) => kl.perDimension[d]!);
    expect(falling).toEqual([...kl.perDimension].sort((a, b) => b - a));
    expect(kl.dimensionsFor99).toBe(3);
    expect(latentKl(collapsed(2, 4))).toMatchObject({ total: 0, dimensionsFor99: 0 });
    const single = { mu: rowsOf(Float32Array.of(0, 0.01, 4, 0), 4), logvar: repeated(1, [0, 0, 0, 0]) };
    expect(latentKl(single)).toMatchObject({ dimensionsFor99: 1, order: [2, 1, 0, 3] });
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

  test("variances to all digits; the protocol says over what", () => {
    const { variance, active, count, protocol } = activeUnits(few.mu);
    expect(variance).toBeAllClose(expected.variance, { rtol: 1e-12 });
    expect({ active, count }).toEqual({ active: [true, true, false], count: 2 });
    expect(activeUnits(few.mu, { threshold: 0.2 }).count).toBe(1);
    expect(protocol).toBe("variance of the posterior mean over 40 examples above 0.01");
  });

  test("constant columns have the variance 0, wherever they lie; one row has none", () => {
    const { variance, count } = activeUnits(repeated(10_000, [0.1, -1e30]));
    expect(variance).toEqual([0, 0]);
    expect(count).toBe(0);
    expect(activeUnits(repeated(10, [1000, 1000, 1000])).count).toBe(0);
    expect(() => activeUnits(repeated(1, [3, 4]))).toThrow(DataError);
    expect(() => activeUnits(repeated(1, [3, 4]))).toThrow(
      /at least 2 rows are needed for a variance, got 1/,
    );
  });

  test("refuses other options, values that are not finite, and sizes that do not fit", () => {
    expect(() => activeUnits(rowsOf(Float32Array.of(1, 2, 3, Number.NaN), 2))).toThrow(
      /row 1, column 1 is NaN/,
    );
    expect(() => activeUnits({ data: new Float32Array(5), shape: [2, 2] })).toThrow(ShapeError);
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
