import { describe, expect, test } from "vitest";
import { intrinsicDimension } from "../../packages/latent/src/describe/intrinsic-dimension.js";
import { DataError, UsageError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { normal, oracle, repeated, rowsFrom } from "./describe-oracle.js";

/** A uniform cube of some dimensions, turned linearly into more columns. */
function cube(rows: number, dimension: number, columns: number): Rows {
  const random = new Random(dimension);
  const map = Float64Array.from({ length: dimension * columns }, () => random.normal());
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < dimension; d++) {
      const value = random.uniform();
      for (let c = 0; c < columns; c++) data[i * columns + c]! += value * map[d * columns + c]!;
    }
  }
  return rowsOf(data, columns);
}

describe("intrinsic dimension", () => {
  test("as numpy's least squares over scikit-learn's neighbours", async () => {
    const { points, neighbours, ...expected } = oracle.dimension;
    const found = await intrinsicDimension(rowsFrom(points), { neighbours });
    expect([found.twoNn, found.mle, found.participationRatio]).toBeAllClose(
      [expected.twoNn, expected.mle, expected.participationRatio],
      { rtol: 1e-5 },
    );
    expect(found.rows).toBe(250);
  });

  test("of cubes of 2 and 5 dimensions in 16 columns", async () => {
    const flat = await intrinsicDimension(cube(2000, 2, 16));
    expect([flat.twoNn, flat.mle]).toBeAllClose([2, 2], { atol: 0.15 });
    // Edges make both too low, the more so the more dimensions.
    const five = await intrinsicDimension(cube(4000, 5, 16));
    expect([five.twoNn, five.mle]).toBeAllClose([4.8, 4.6], { atol: 0.3 });
  });

  test("the participation ratio of equal variances is their number", async () => {
    const { participationRatio } = await intrinsicDimension(normal(5000, 6, 1));
    expect(participationRatio).toBeGreaterThan(5.95);
    expect(participationRatio).toBeLessThanOrEqual(6);
  });

  test("rows that occur twice count once", async () => {
    const { data } = cube(500, 2, 4);
    const twice = new Float32Array(2 * data.length);
    twice.set(data);
    twice.set(data, data.length);
    const once = await intrinsicDimension(rowsOf(data, 4));
    const found = await intrinsicDimension(rowsOf(twice, 4));
    expect(found.rows).toBe(500);
    expect([found.twoNn, found.mle]).toBeAllClose([once.twoNn, once.mle], { rtol: 1e-9 });
  });

  test("10,000 equal points are of dimension 0; a grid of no more than its columns", async () => {
    const point = await intrinsicDimension(repeated(10_000, [0.1, 2]));
    expect(point).toEqual({ twoNn: 0, mle: 0, participationRatio: 0, rows: 1 });
    const grid = rowsOf(
      Float32Array.from({ length: 1800 }, (_, i) => (i % 2 ? (i >> 1) % 30 : Math.floor((i >> 1) / 30))),
      2,
    );
    const found = await intrinsicDimension(grid, { neighbours: 2 });
    expect([found.twoNn, found.mle, found.participationRatio]).toBeAllClose([2, 2, 2], { atol: 1e-6 });
  });

  test("one dimension, with constant columns beside it", async () => {
    const { data } = normal(1000, 1, 3);
    const points = rowsOf(
      Float32Array.from({ length: 3000 }, (_, i) => (i % 3 === 1 ? data[Math.floor(i / 3)]! : 0.1)),
      3,
    );
    const found = await intrinsicDimension(points);
    expect([found.twoNn, found.mle, found.participationRatio]).toBeAllClose([1, 1, 1], { atol: 0.1 });
  });

  test("too few rows, or too few different ones", async () => {
    await expect(intrinsicDimension(normal(20, 2, 1))).rejects.toThrow(
      /at least 21 rows are needed for 20 neighbours/,
    );
    await expect(intrinsicDimension(repeated(1, [1]))).rejects.toThrow(DataError);
    const few = rowsOf(
      Float32Array.from({ length: 100 }, (_, i) => i % 7),
      1,
    );
    await expect(intrinsicDimension(few)).rejects.toThrow(/of 100 rows only 7 are different/);
    await expect(intrinsicDimension(few, { neighbours: 1 })).rejects.toThrow(UsageError);
  });
});
