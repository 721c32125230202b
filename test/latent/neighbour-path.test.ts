import { describe, expect, it } from "vitest";
import { neighbourPath } from "../../packages/latent/src/move/neighbour-path.ts";
import { nearestNeighbours } from "../../packages/latent/src/neighbours/nearest-neighbours.ts";
import { Random } from "../../packages/latent/src/random.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";

/** Points of three quarters of a circle of radius 1, from angle 0, with some noise. */
function bow(rows: number): Rows {
  const random = new Random(5);
  const data = Array.from({ length: rows }, () => {
    const angle = 1.5 * Math.PI * random.uniform();
    const radius = 1 + 0.05 * random.normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return rowsOf(Float32Array.from(data.flat()), 2);
}
const points = bow(400);
const [from, to] = [Float32Array.of(1, 0), Float32Array.of(0, -1)];

/** Least sum of squared steps from row 0 to another, over all paths in a graph (Floyd & Warshall). */
function leastSum({ data, shape }: Rows, near: Int32Array, each: number, to: number): number {
  const rows = shape[0]!;
  const sums = Array.from({ length: rows }, () => new Float64Array(rows).fill(Number.POSITIVE_INFINITY));
  const squared = (a: number, b: number) =>
    (data[2 * a]! - data[2 * b]!) ** 2 + (data[2 * a + 1]! - data[2 * b + 1]!) ** 2;
  near.forEach((b, i) => {
    const a = Math.floor(i / each);
    sums[a]![b] = squared(a, b);
    sums[b]![a] = squared(a, b);
  });
  for (let k = 0; k < rows; k++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rows; j++) sums[i]![j] = Math.min(sums[i]![j]!, sums[i]![k]! + sums[k]![j]!);
  return sums[0]![to]!;
}

describe("neighbourPath", () => {
  it("goes around where no codes are", async () => {
    const { z, nodes, length } = await neighbourPath(points, { from, to });
    const corners = z.shape[0]!;
    expect(z.data.subarray(0, 2)).toEqual(from);
    expect(z.data.subarray(-2)).toEqual(to);
    expect(nodes).toHaveLength(corners - 2);
    nodes.forEach((row, i) => {
      expect(z.data.slice(2 * i + 2, 2 * i + 4)).toEqual(points.data.slice(2 * row, 2 * row + 2));
    });
    for (let i = 0; i < corners; i++) {
      expect(Math.abs(Math.hypot(z.data[2 * i]!, z.data[2 * i + 1]!) - 1)).toBeLessThan(0.2);
    }
    // The bow's length and the noise's, where the straight line's is the square root of 2.
    expect(length / (1.5 * Math.PI)).toBeGreaterThan(0.9);
    expect(length / (1.5 * Math.PI)).toBeLessThan(1.25);
  });

  it("has the least sum of squared steps of all paths in the graph", async () => {
    const few = rowsOf(points.data.slice(0, 120), 2);
    const graph = await nearestNeighbours(few, { count: 6 });
    for (const row of [7, 31, 59]) {
      const { z } = await neighbourPath(few, { from: 0, to: row, neighbours: 6 });
      let sum = 0;
      for (let i = 2; i < z.data.length; i += 2) {
        sum += (z.data[i]! - z.data[i - 2]!) ** 2 + (z.data[i + 1]! - z.data[i - 1]!) ** 2;
      }
      expect(sum).toBeCloseTo(leastSum(few, graph.index, 6, row), 10);
    }
  });

  it("is the same with the graph of the points given", async () => {
    const graph = await nearestNeighbours(points, { count: 10 });
    expect(await neighbourPath(points, { from: 3, to: 90, graph })).toEqual(
      await neighbourPath(points, { from: 3, to: 90 }),
    );
    const around = await neighbourPath(points, { from, to, graph });
    expect(around.length / (1.5 * Math.PI)).toBeGreaterThan(0.9);
  });

  it("goes straight between ends that are close", async () => {
    const graph = await nearestNeighbours(points, { count: 10 });
    const close = { from, to: Float32Array.of(1.001, 0.001) };
    for (const options of [close, { ...close, graph }]) {
      const { z, nodes, length } = await neighbourPath(points, options);
      expect(z.shape).toEqual([2, 2]);
      expect(nodes).toHaveLength(0);
      expect(length).toBeCloseTo(Math.hypot(0.001, 0.001), 6);
    }
  });

  it("crosses the narrowest gap between groups", async () => {
    const line = rowsOf(Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13), 1);
    const { z, nodes, length } = await neighbourPath(line, { from: 0, to: 7, neighbours: 1 });
    expect([...nodes]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...z.data]).toEqual([0, 1, 2, 3, 10, 11, 12, 13]);
    expect(length).toBe(13);
  });

  it("is a single corner from a row to itself", async () => {
    const { z, nodes, length } = await neighbourPath(points, { from: 4, to: 4 });
    expect(z.data).toEqual(points.data.slice(8, 10));
    expect([[...nodes], length]).toEqual([[4], 0]);
  });
});
