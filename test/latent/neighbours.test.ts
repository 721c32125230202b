import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Neighbours,
  nearestNeighbours,
  nearestNeighboursTask,
} from "../../packages/latent/src/neighbours/nearest-neighbours.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

interface Found {
  count: number;
  index: number[][];
  distance: number[][];
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/neighbours.json", import.meta.url), "utf8")) as {
  points: Stored;
  queries: Stored;
  own: Found;
  ofQueries: Found;
};
const rows = ({ data, shape }: Stored) => rowsOf(Float32Array.from(data), shape[1]);

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

function expectFound({ index, distance, shape }: Neighbours, wanted: Found): void {
  expect(shape).toEqual([wanted.index.length, wanted.count]);
  expect(Array.from(index)).toEqual(wanted.index.flat());
  const off = wanted.distance.flat().map((value, i) => Math.abs(distance[i]! / value - 1));
  expect(Math.max(...off)).toBeLessThan(1e-6);
}

/** Share of the true neighbours that were found. */
function recall(found: Neighbours, exact: Neighbours): number {
  const [count, width] = exact.shape;
  let hits = 0;
  for (let row = 0; row < count; row++) {
    const truth = new Set(exact.index.subarray(row * width, (row + 1) * width));
    for (let j = 0; j < width; j++) if (truth.has(found.index[row * width + j]!)) hits++;
  }
  return hits / (count * width);
}

describe("nearestNeighbours", () => {
  it("finds scikit-learn's, of the points and of queries", async () => {
    const points = rows(oracle.points);
    expectFound(await nearestNeighbours(points, { count: oracle.own.count }), oracle.own);
    const queries = rows(oracle.queries);
    expectFound(await nearestNeighbours(points, { count: 9, queries }), oracle.ofQueries);
  });

  it("is what comparing all pairs finds, in any number of columns", async () => {
    for (const columns of [1, 2, 3, 7, 33]) {
      const points = noise(300, columns, columns);
      const { index, distance, method } = await nearestNeighbours(points, { count: 4 });
      expect(method).toBe("exact");
      for (const row of [0, 17, 299]) {
        const gap = (other: number) => {
          const parts = Array.from({ length: columns }, (_, c) => c + other * columns);
          return Math.hypot(
            ...parts.map((at) => points.data[at]! - points.data[at + (row - other) * columns]!),
          );
        };
        const order = Array.from({ length: 300 }, (_, other) => other)
          .filter((other) => other !== row)
          .sort((a, b) => gap(a) - gap(b))
          .slice(0, 4);
        expect(Array.from(index.subarray(row * 4, row * 4 + 4))).toEqual(order);
        expect(distance[row * 4 + 3]).toBeCloseTo(gap(order[3]!), 5);
      }
    }
  });

  it("approximately finds more than 95 % of them, the same ones each time", async () => {
    for (const columns of [4, 16]) {
      const points = noise(3000, columns, 1);
      const exact = await nearestNeighbours(points);
      const found = await nearestNeighbours(points, { method: "approximate", seed: 3 });
      expect(found.method).toBe("approximate");
      expect(recall(found, exact)).toBeGreaterThan(0.95);
      const again = await nearestNeighbours(points, { method: "approximate", seed: 3 });
      expect(again.index.findIndex((point, i) => point !== found.index[i])).toBe(-1);
      const unsorted = found.distance.findIndex((value, i) => i % 15 > 0 && value < found.distance[i - 1]!);
      expect(unsorted).toBe(-1);
    }
  });

  it("approximately finds more than 95 % of queries' neighbours", async () => {
    const points = noise(6000, 16, 1);
    const queries = noise(300, 16, 2);
    const exact = await nearestNeighbours(points, { queries });
    const found = await nearestNeighbours(points, { queries, method: "approximate" });
    expect(recall(found, exact)).toBeGreaterThan(0.95);
  });

  it("joins groups of points that the search of the tree leaves apart", async () => {
    const points = noise(2000, 40, 5);
    const exact = await nearestNeighbours(points);
    const found = await nearestNeighbours(points, { method: "approximate" });
    expect(recall(found, exact)).toBeGreaterThan(0.8);
  });

  it("takes duplicates, constant columns and one column", async () => {
    const same = rowsOf(new Float32Array(10_000 * 8).fill(1.5), 8);
    for (const method of ["exact", "approximate"] as const) {
      const { index, distance } = await nearestNeighbours(same, { method });
      expect(distance.every((value) => value === 0)).toBe(true);
      expect(index.findIndex((point, i) => point === Math.floor(i / 15))).toBe(-1);
      const of777 = index.subarray(777 * 15, 778 * 15);
      expect(new Set(of777).size).toBe(15);
    }
    const line = rowsOf(
      Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i / 2 : 7)),
      2,
    );
    const { index } = await nearestNeighbours(line, { count: 2 });
    expect(Array.from(index.subarray(0, 2))).toEqual([1, 2]);
    expect(Array.from(index.subarray(100, 102))).toEqual([49, 51]);
  });

  it("has all other points as neighbours where as many are asked for", async () => {
    const { index } = await nearestNeighbours(noise(5, 2, 1), { count: 4 });
    expect(Array.from(index.subarray(0, 4)).sort()).toEqual([1, 2, 3, 4]);
    const one = await nearestNeighbours(rowsOf(Float32Array.of(1, 2), 2), {
      count: 1,
      queries: rowsOf(Float32Array.of(4, 6), 2),
    });
    expect([one.index[0], one.distance[0]]).toEqual([0, 5]);
    const none = await nearestNeighbours(noise(20, 2, 1), { queries: rowsOf(new Float32Array(0), 2) });
    expect(none.shape).toEqual([0, 15]);
  });

  it("approximately finds nearly as many neighbours as there are points", async () => {
    const points = noise(500, 3, 1);
    for (const count of [100, 300, 499]) {
      const exact = await nearestNeighbours(points, { count });
      const found = await nearestNeighbours(points, { count, method: "approximate" });
      expect(recall(found, exact)).toBeGreaterThan(0.99);
    }
  });

  it("says what is wrong with what it is given", async () => {
    const points = noise(10, 2, 1);
    await expect(nearestNeighbours(points)).rejects.toThrow(
      "nearestNeighbours: 15 neighbours were asked for, but there are 10 points, so 9 others of each. " +
        "Lower `count`, or give more points.",
    );
    await expect(nearestNeighbours(points, { count: 10 })).rejects.toThrow(/Lower `count`/);
    await expect(nearestNeighbours(noise(1, 2, 1), { count: 1 })).rejects.toThrow(/1 point, so/);
    await expect(nearestNeighbours(points, { count: 11, queries: points })).rejects.toThrow(/10 points\./);
    await expect(nearestNeighbours(points, { count: 0 })).rejects.toThrow(/count must be an integer/);
    await expect(nearestNeighbours(points, { count: 3, queries: noise(4, 3, 1) })).rejects.toThrow(
      /queries: points must have 2 columns/,
    );
    const broken = rowsOf(Float32Array.of(1, 2, Number.NaN, 4), 1);
    await expect(nearestNeighbours(broken, { count: 2 })).rejects.toThrow(/row 2, column 0 is NaN/);
    await expect(nearestNeighbours(points, { k: 3 } as never)).rejects.toThrow(/no option "k"/);
    await expect(nearestNeighbours(points, { method: "hnsw" as never })).rejects.toThrow(
      /one of auto, exact/,
    );
  });

  it("says how far it is, and stops when told to", async () => {
    const points = noise(3000, 8, 1);
    for (const method of ["exact", "approximate"] as const) {
      const task = nearestNeighboursTask(points, { method });
      let [stage, share] = ["", 0];
      for (let step = task.next(); !step.done; step = task.next()) {
        const now = step.value.done / step.value.total;
        if (step.value.stage === stage) expect(now).toBeGreaterThanOrEqual(share);
        expect(now).toBeLessThanOrEqual(1);
        [stage, share] = [step.value.stage, now];
      }
      expect(stage).toBe("neighbours");
    }
    const stop = new AbortController();
    const told: string[] = [];
    const onProgress = ({ stage }: { stage: string }) => {
      told.push(stage);
      stop.abort(new Error("enough"));
    };
    await expect(
      nearestNeighbours(noise(20_000, 16, 1), { signal: stop.signal, onProgress }),
    ).rejects.toThrow("enough");
    expect(told).toHaveLength(1);
  });
});
