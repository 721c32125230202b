import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nearestNeighbours } from "../../packages/latent/src/neighbours/nearest-neighbours.js";
import { trustworthiness } from "../../packages/latent/src/project/quality.js";
import { fitCurve } from "../../packages/latent/src/project/umap/curve.js";
import { forceAt, forceTables } from "../../packages/latent/src/project/umap/forces.js";
import { fuzzyUnionTask } from "../../packages/latent/src/project/umap/fuzzy-graph.js";
import { isConnected } from "../../packages/latent/src/project/umap/initial-layout.js";
import { membershipsTask } from "../../packages/latent/src/project/umap/memberships.js";
import { spectralTask } from "../../packages/latent/src/project/umap/spectral.js";
import { umap, umapTask } from "../../packages/latent/src/project/umap.js";
import { umapTransform } from "../../packages/latent/src/project/umap-transform.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/umap-layout.json", import.meta.url), "utf8")) as {
  curves: { minDistance: number; spread: number; a: number; b: number }[];
  few: Stored;
  graph: { neighbours: number; row: number[]; column: number[]; weight: number[]; entries: number };
  others: Stored;
  strengthsOfNew: { neighbours: number; weight: number[] };
  points: Stored;
  labels: number[];
  new: Stored;
  newLabels: number[];
  layouts: { dimensions: number; trustworthiness: number; accuracy: number }[];
};
const rows = ({ data, shape }: Stored) => rowsOf(Float32Array.from(data), shape[1]);

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

/** Normal points about `clusters` centres that are `apart` times the axes: 0, 1, 2, 0, 1, 2, ... */
function clustered(count: number, columns: number, clusters: number, apart: number, seed: number): Rows {
  const points = noise(count, columns, seed);
  for (let i = 0; i < count; i++) points.data[i * columns + (i % clusters)]! += apart;
  return points;
}

function largestError(found: ArrayLike<number>, wanted: readonly number[]): number {
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value) / value), 0);
}

/** How often the majority of the five nearest embedded points has the new point's label. */
async function accuracyOf(
  embedding: Rows,
  labels: readonly number[],
  placed: Rows,
  wanted: readonly number[],
): Promise<number> {
  const { index } = await nearestNeighbours(embedding, { count: 5, queries: placed });
  let right = 0;
  wanted.forEach((label, i) => {
    const votes = new Map<number, number>();
    for (const j of index.subarray(i * 5, i * 5 + 5)) votes.set(labels[j]!, (votes.get(labels[j]!) ?? 0) + 1);
    const most = Math.max(...votes.values());
    const winner = Math.min(...[...votes].filter(([, count]) => count === most).map(([name]) => name));
    if (winner === label) right++;
  });
  return right / wanted.length;
}

const finite = ({ data }: Rows) => data.every(Number.isFinite);
const extent = ({ data }: Rows) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("what UMAP computes on the way", () => {
  it("fits the curve that umap-learn fits", () => {
    for (const { minDistance, spread, a, b } of oracle.curves) {
      const found = fitCurve(minDistance, spread);
      expect(Math.abs(found.a / a - 1)).toBeLessThan(1e-4);
      expect(Math.abs(found.b / b - 1)).toBeLessThan(1e-4);
    }
  });

  it("fits a curve to every spread and least distance", () => {
    for (const spread of [1e-3, 0.1, 10, 1e3]) {
      for (const share of [0, 0.01, 0.5, 1]) {
        const { a, b } = fitCurve(share * spread, spread);
        const similarity = (x: number) => 1 / (1 + a * (x * spread) ** (2 * b));
        expect(similarity(share + 1)).toBeGreaterThan(Math.exp(-1) - 0.1);
        expect(similarity(share + 1)).toBeLessThan(Math.exp(-1) + 0.1);
        expect(similarity(share / 2)).toBeGreaterThan(0.9);
      }
    }
  });

  it("has the forces of the curve's gradient in its tables", () => {
    const { a, b } = fitCurve(0.1, 1);
    const { attraction, repulsion } = forceTables(a, b);
    for (let exponent = -30; exponent <= 30; exponent += 0.37) {
      const squared = 2 ** exponent;
      const pull = (-2 * a * b * squared ** (b - 1)) / (1 + a * squared ** b);
      const push = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
      expect(Math.abs(forceAt(attraction, squared) / pull - 1)).toBeLessThan(4e-5);
      expect(Math.abs(forceAt(repulsion, squared) / push - 1)).toBeLessThan(4e-5);
    }
    for (const squared of [1e-40, 1e-300, 1e30, 1e300]) {
      expect(Number.isFinite(forceAt(attraction, squared))).toBe(true);
      expect(Number.isFinite(forceAt(repulsion, squared))).toBe(true);
    }
  });

  it("starts from the eigenvectors of the normalised Laplacian", async () => {
    // A ring of points: its eigenvectors after the constant one are the cosine and the sine.
    const ring = Float32Array.from({ length: 800 }, (_, i) =>
      i % 2 === 0 ? Math.cos((Math.PI * i) / 400) : Math.sin((Math.PI * (i - 1)) / 400),
    );
    const points = rowsOf(ring, 2);
    const near = await nearestNeighbours(points, { count: 6 });
    const distances = { distance: near.distance, rows: 400, stride: 6, count: 6 };
    const weight = finishTask(membershipsTask(distances, "self"));
    const graph = finishTask(fuzzyUnionTask(near.index, 6, weight, 400, 6));
    expect(isConnected(graph)).toBe(true);
    const random = new Random(1);
    const start = Float64Array.from({ length: 400 * 8 }, () => random.normal());
    const vectors = finishTask(spectralTask(graph, start, 8, 2))!;
    const radii = Array.from({ length: 400 }, (_, i) => Math.hypot(vectors[2 * i]!, vectors[2 * i + 1]!));
    expect(Math.max(...radii) / Math.min(...radii)).toBeLessThan(1.2);
  });

  it("has umap-learn's fuzzy union", async () => {
    const { neighbours, row, column, weight, entries } = oracle.graph;
    const points = rows(oracle.few);
    const [count] = points.shape as [number];
    const near = await nearestNeighbours(points, { count: neighbours - 1 });
    const distances = {
      distance: near.distance,
      rows: count,
      stride: neighbours - 1,
      count: neighbours - 1,
    };
    const strengths = finishTask(membershipsTask(distances, "self"));
    const graph = finishTask(fuzzyUnionTask(near.index, neighbours - 1, strengths, count, neighbours - 1));
    expect(graph.weight).toHaveLength(entries);
    const [heads, tails, weights]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < count; i++) {
      for (let e = graph.start[i]!; e < graph.start[i + 1]!; e++) {
        if (graph.column[e]! < i) continue;
        heads.push(i);
        tails.push(graph.column[e]!);
        weights.push(graph.weight[e]!);
      }
    }
    expect(heads).toEqual(row);
    expect(tails).toEqual(column);
    expect(largestError(weights, weight)).toBeLessThan(1e-5);
  });

  it("has umap-learn's memberships of new points", async () => {
    const { neighbours, weight } = oracle.strengthsOfNew;
    const queries = rows(oracle.others);
    const { distance } = await nearestNeighbours(rows(oracle.few), { count: neighbours, queries });
    const distances = { distance, rows: queries.shape[0]!, stride: neighbours, count: neighbours };
    const strengths = finishTask(membershipsTask(distances, "other"));
    expect(largestError(strengths, weight)).toBeLessThan(1e-5);
  });
});

describe("umap", () => {
  const points = rows(oracle.points);
  const fresh = rows(oracle.new);

  it.each(oracle.layouts)(
    "keeps neighbours, and places new points, as umap-learn does in $dimensions dimensions",
    async (theirs) => {
      const model = await umap(points, { dimensions: theirs.dimensions });
      expect(model.embedding.shape).toEqual([700, theirs.dimensions]);
      const ours = await trustworthiness(points, model.embedding, { neighbours: 15 });
      expect(ours).toBeGreaterThan(0.98 * theirs.trustworthiness);
      const placed = await umapTransform(model, fresh);
      const accuracy = await accuracyOf(model.embedding, oracle.labels, placed, oracle.newLabels);
      expect(accuracy).toBeGreaterThan(0.98 * theirs.accuracy);
    },
  );

  it("separates clusters, from each start, in any number of dimensions", async () => {
    const apart = clustered(600, 5, 3, 8, 1);
    const labels = Array.from({ length: 600 }, (_, i) => i % 3);
    for (const init of ["spectral", "pca", "random"] as const) {
      const { embedding } = await umap(apart, { init, epochs: 100, dimensions: init === "pca" ? 1 : 4 });
      expect(await accuracyOf(embedding, labels, embedding, labels)).toBeGreaterThan(0.95);
    }
  });

  it("is the same for the same seed, and with the neighbours given", async () => {
    const first = await umap(points, { epochs: 50, seed: 4 });
    expect(await umap(points, { epochs: 50, seed: 4 })).toEqual(first);
    const other = await umap(points, { epochs: 50, seed: 5 });
    expect(other.embedding.data).not.toEqual(first.embedding.data);
    const graph = await nearestNeighbours(points, { count: 20 });
    expect(await umap(points, { epochs: 50, seed: 4, graph })).toEqual(first);
    const placed = await umapTransform(first, fresh, { seed: 1 });
    expect(await umapTransform(first, fresh, { seed: 1 })).toEqual(placed);
    expect(structuredClone(first)).toEqual(first);
  });

  it("leaves the points and the model as they were", async () => {
    const before = points.data.slice();
    const model = await umap(points, { epochs: 20 });
    const embedding = model.embedding.data.slice();
    await umapTransform(model, fresh);
    expect(points.data).toEqual(before);
    expect(model.embedding.data).toEqual(embedding);
  });

  it("puts the model's own points at their places", async () => {
    const model = await umap(points, { epochs: 50 });
    expect(await umapTransform(model, points, { epochs: 0 })).toEqual(model.embedding);
    expect((await umapTransform(model, rowsOf(new Float32Array(0), 6))).shape).toEqual([0, 2]);
  });

  it("takes 10,000 equal points", async () => {
    const model = await umap(rowsOf(new Float32Array(10_000 * 4).fill(2), 4), { epochs: 20 });
    expect(finite(model.embedding)).toBe(true);
    expect(extent(model.embedding)).toBeLessThan(1000);
    const placed = await umapTransform(model, rowsOf(Float32Array.of(2, 2, 2, 2, 9, 9, 9, 9), 4));
    expect(finite(placed)).toBe(true);
  });

  it("takes one column, constant columns, parts without a link, and points far out", async () => {
    const line = rowsOf(
      Float32Array.from({ length: 300 }, (_, i) => i),
      1,
    );
    const flat = noise(300, 3, 2);
    for (let i = 0; i < 300; i++) flat.data[i * 3 + 1] = 5;
    const apart = clustered(300, 3, 3, 1e4, 3);
    const out = noise(300, 3, 4);
    out.data.set([1e15, -1e15, 1e15]);
    for (const given of [line, flat, apart, out]) {
      const { embedding } = await umap(given, { epochs: 100 });
      expect(finite(embedding)).toBe(true);
      expect(extent(embedding)).toBeLessThan(1000);
      expect(await trustworthiness(given, embedding, { neighbours: 10 })).toBeGreaterThan(0.8);
    }
  });

  it("takes as few points as neighbours", async () => {
    const { embedding } = await umap(noise(15, 4, 1));
    expect(finite(embedding)).toBe(true);
    const two = await umap(noise(2, 4, 1), { neighbours: 2, dimensions: 3 });
    expect(finite(two.embedding)).toBe(true);
  });

  it("says what is wrong with what it is given", async () => {
    await expect(umap(noise(10, 2, 1))).rejects.toThrow(
      "umap: neighbourhoods of 15 points were asked for, but there are 10 points. Lower `neighbours`, or give more points.",
    );
    await expect(umap(noise(1, 2, 1))).rejects.toThrow(/there is 1 point\./);
    await expect(umap(noise(1, 2, 1), { neighbours: 1 })).rejects.toThrow(/neighbours must be an integer/);
    await expect(umap(rowsOf(Float32Array.of(1, Number.NaN), 1))).rejects.toThrow(/row 1, column 0 is NaN/);
    await expect(umap(points, { minDistance: 2 })).rejects.toThrow(
      /minDistance must be a number from 0 to 1/,
    );
    await expect(umap(points, { nNeighbors: 5 } as never)).rejects.toThrow(/no option "nNeighbors"/);
    await expect(umap(points, { init: "tsvd" as never })).rejects.toThrow(/one of spectral, pca, random/);
    const graph = await nearestNeighbours(points, { count: 5 });
    await expect(umap(points, { graph })).rejects.toThrow(
      /graph has 5 neighbours of each row.*neighbours: 6/,
    );
    await expect(umap(fresh, { graph })).rejects.toThrow(/of 700 rows, points has 300/);
    const model = await umap(points, { epochs: 1 });
    await expect(umapTransform(model, noise(3, 5, 1))).rejects.toThrow(/must have 6 columns/);
    await expect(umapTransform({} as never, fresh)).rejects.toThrow(/model must be what umap returned/);
  });

  it("says how far it is, and stops when told to", async () => {
    const stages = new Set<string>();
    const task = umapTask(points, { epochs: 20 });
    for (let step = task.next(); !step.done; step = task.next()) {
      stages.add(step.value.stage);
      expect(step.value.done).toBeLessThanOrEqual(step.value.total);
    }
    expect([...stages]).toEqual(["tree", "neighbours", "graph", "spectral", "layout"]);
    const stop = new AbortController();
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === "layout") stop.abort(new Error("enough"));
    };
    await expect(umap(points, { epochs: 100_000, signal: stop.signal, onProgress })).rejects.toThrow(
      "enough",
    );
  });
});
