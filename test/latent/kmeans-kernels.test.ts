import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import wabt from "wabt";
import type { WeightedRows } from "../../packages/latent/src/cluster/kmeans/distinct.js";
import {
  type DistanceKernels,
  distanceKernelsBase64,
  findDistanceKernels,
} from "../../packages/latent/src/cluster/kmeans/kernels.js";
import { lloydTask } from "../../packages/latent/src/cluster/kmeans/lloyd.js";
import { nearestTask } from "../../packages/latent/src/cluster/kmeans/nearest.js";
import { NearestTwo, nothingFound } from "../../packages/latent/src/cluster/kmeans/nearest-two.js";
import { plusPlusTask } from "../../packages/latent/src/cluster/kmeans/plus-plus.js";
import { kmeans } from "../../packages/latent/src/cluster/kmeans.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";

const source = new URL("../../packages/latent/src/cluster/kmeans/kernels.wat", import.meta.url);
const kernels = findDistanceKernels();
const progress = { stage: "k-means", done: 0, total: 1 };
const columnCounts = [1, 2, 3, 4, 5, 7, 8, 16, 33, 100];

function normal(rows: number, columns: number, seed: number): WeightedRows {
  const random = new Random(seed);
  return { data: Float32Array.from({ length: rows * columns }, () => random.normal()), rows, columns };
}

const changed = (points: WeightedRows, change: (value: number, column: number) => number): WeightedRows => ({
  ...points,
  data: points.data.map((value, i) => change(value, i % points.columns)),
});

/** Points on which float32 distances err, or meet. */
const hard: Record<string, WeightedRows> = {
  "a grid": changed(normal(6000, 2, 1), (value) => Math.round(3 * value)),
  "one column on a grid": changed(normal(6000, 1, 1), (value) => Math.round(30 * value) / 10),
  "points far from the origin": changed(
    normal(3000, 3, 2),
    (value, column) => value / 50 + 1e4 * (column + 1),
  ),
  "one wide column": changed(normal(3000, 4, 3), (value, column) => (column === 2 ? 1e7 * value : value)),
  "numbers with squares beyond float32": changed(normal(3000, 5, 4), (value) => 1e30 * value),
  "numbers with some squares beyond float32": changed(normal(3000, 5, 4), (value) => 1e19 * value),
  "numbers with squares below float32": changed(normal(3000, 5, 5), (value) => 1e-25 * value),
};

function nearestTwo(points: WeightedRows, centers: ArrayLike<number>, using: DistanceKernels | null) {
  const { data, rows, columns } = points;
  const found = nothingFound(rows);
  const nearest = new NearestTwo(data, columns, using);
  nearest.place(centers);
  const changes = nearest.update(found, new Float64Array(centers.length / columns + 1), 0, rows);
  return { ...found, changes, rows: nearest.changed.slice(0, changes) };
}

function lloyd(points: WeightedRows, start: Float64Array, using: DistanceKernels | null) {
  return finishTask(lloydTask(points, start, { maxIterations: 40, threshold: 0, progress, kernels: using }));
}

const seed = (points: WeightedRows, clusters: number, using: DistanceKernels | null) =>
  finishTask(plusPlusTask(points, clusters, new Random(5), progress, using));

describe("k-means' vector kernels", () => {
  it("are kernels.wat, assembled", async () => {
    const { parseWat } = await wabt();
    const module = parseWat("kernels.wat", readFileSync(source, "utf8"), { simd: true });
    expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(distanceKernelsBase64);
    expect(kernels).not.toBeNull();
  });

  it.each(columnCounts)("find the nearest centers of the plain loops, %i columns", (columns) => {
    for (const rows of [1, 7, 8, 1025, 4096]) {
      for (const clusters of [1, 2, 3, 10, 11]) {
        const points = normal(rows, columns, rows);
        const centers = normal(clusters, columns, clusters).data;
        const wide = nearestTwo(points, centers, kernels);
        const plain = nearestTwo(points, centers, null);
        expect(wide.labels).toEqual(plain.labels);
        expect(wide.changes).toBe(rows);
        expect(wide.rows).toEqual(plain.rows);
        if (clusters === 1) continue;
        const over = wide.gaps.findIndex((gap, row) => gap > plain.gaps[row]! + 1e-9);
        expect(over).toBe(-1);
        const under = wide.gaps.findIndex((gap, row) => gap < plain.gaps[row]! - 1e-3);
        expect(under).toBe(-1);
      }
    }
  });

  it.each(columnCounts)("draw the starts of the plain loops, %i columns", (columns) => {
    for (const clusters of [1, 2, 8, 30]) {
      const points = normal(5003, columns, 9);
      const weights = points.data.slice(0, 5003).map((value) => Math.max(0, value));
      expect(seed(points, clusters, kernels)).toEqual(seed(points, clusters, null));
      const weighted = { ...points, weights };
      expect(seed(weighted, clusters, kernels)).toEqual(seed(weighted, clusters, null));
    }
  });

  it.each(columnCounts)("iterate as the plain loops, %i columns", (columns) => {
    for (const clusters of [1, 2, 9]) {
      const points = normal(4500, columns, 3);
      const start = seed(points, clusters, null);
      expect(lloyd(points, start, kernels)).toEqual(lloyd(points, start, null));
    }
  });

  it.each(Object.keys(hard))("give the same for %s", (name) => {
    const points = hard[name]!;
    for (const clusters of [2, 7]) {
      const start = seed(points, clusters, null);
      expect(seed(points, clusters, kernels)).toEqual(start);
      const wide = lloyd(points, start, kernels);
      expect(wide).toEqual(lloyd(points, start, null));
      const plain = finishTask(nearestTask(points, wide.centers, progress, null));
      expect(finishTask(nearestTask(points, wide.centers, progress, kernels))).toEqual(plain);
      expect(wide.labels).toEqual(plain);
    }
  });
});

describe("k-means without WebAssembly", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("is the same", async () => {
    const { data, columns } = normal(3000, 6, 8);
    const points = rowsOf(data, columns);
    const options = { clusters: 6, restarts: 3 };
    const wide = await kmeans(points, options);
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const fresh = await import("../../packages/latent/src/cluster/kmeans.js");
    const { findDistanceKernels } = await import("../../packages/latent/src/cluster/kmeans/kernels.js");
    expect(findDistanceKernels()).toBeNull();
    expect(await fresh.kmeans(points, options)).toEqual(wide);
  });
});
