import { describe, expect, test } from "vitest";
import { outliers } from "../../packages/latent/src/describe/outliers.js";
import { DataError, UsageError } from "../../packages/latent/src/errors.js";
import { nearestNeighbours } from "../../packages/latent/src/neighbours/nearest-neighbours.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { normal, oracle, repeated, rowsFrom } from "./describe-oracle.js";

const points = rowsFrom(oracle.outliers.points);

describe("outliers", () => {
  test.each(["5", "20"] as const)("as scikit-learn's LocalOutlierFactor with %s neighbours", async (k) => {
    const found = await outliers(points, { neighbours: Number(k) });
    expect(found.lof).toBeAllClose(oracle.outliers[k].lof, { rtol: 1e-6 });
    expect(found.distance).toBeAllClose(oracle.outliers[k].distance, { rtol: 1e-6 });
  });

  test("names the point that lies apart first", async () => {
    const { data } = normal(500, 3, 1);
    data.set([9, -9, 9], 3 * 123);
    const { order, lof } = await outliers(rowsOf(data, 3), { count: 5 });
    expect(order.length).toBe(5);
    expect(order[0]).toBe(123);
    for (let i = 1; i < 5; i++) expect(lof[order[i]!]).toBeLessThanOrEqual(lof[order[i - 1]!]!);
  });

  test("works with a graph that there is, of more neighbours", async () => {
    const graph = await nearestNeighbours(points, { count: 30 });
    expect(await outliers(points, { graph })).toEqual(await outliers(points));
    await expect(outliers(points, { graph, neighbours: 31 })).rejects.toThrow(UsageError);
  });

  test("10,000 equal points are all alike", async () => {
    const { lof, distance, order } = await outliers(repeated(10_000, [1, 2]));
    expect(distance.every((value) => value === 0)).toBe(true);
    expect(lof.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    expect(order.length).toBe(20);
  });

  test("a row beside many equal ones has a large factor, not an infinite one", async () => {
    const { data } = repeated(100, [1, 2]);
    data.set([5, 5], 0);
    const { lof, order } = await outliers(rowsOf(data, 2));
    expect(order[0]).toBe(0);
    expect(lof.every(Number.isFinite)).toBe(true);
  });

  test("fewer points than neighbours", async () => {
    await expect(outliers(normal(20, 2, 1))).rejects.toThrow(
      /at least 21 rows are needed for 20 neighbours of each/,
    );
    await expect(outliers(repeated(1, [0]), { neighbours: 1 })).rejects.toThrow(DataError);
    const { order } = await outliers(normal(6, 1, 1), { neighbours: 5 });
    expect(order.length).toBe(6);
  });
});
