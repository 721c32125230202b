import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Hdbscan,
  type HdbscanOptions,
  hdbscan,
  hdbscanTask,
} from "../../packages/latent/src/cluster/hdbscan.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { adjustedRandIndex } from "../../packages/latent/src/score/adjusted-rand-index.js";
import "../support/matchers.js";

interface Fit {
  minClusterSize: number;
  options: {
    min_samples?: number;
    cluster_selection_method?: "eom" | "leaf";
    cluster_selection_epsilon?: number;
    allow_single_cluster?: boolean;
  };
  labels: number[];
  probabilities: number[];
  outlierScores: number[];
  entries: number;
}

const { data: cases } = JSON.parse(
  readFileSync(new URL("./oracles/hdbscan.json", import.meta.url), "utf8"),
) as { data: Record<string, { points: { shape: [number, number]; data: number[] }; fits: Fit[] }> };

const fits = Object.entries(cases).flatMap(([name, { points, fits }]) =>
  fits.map((fit) => ({
    name,
    points: rowsOf(Float32Array.from(points.data), points.shape[1]),
    fit,
    title: `${fit.minClusterSize} ${JSON.stringify(fit.options)}`,
  })),
);

describe("as scikit-learn", () => {
  test.each(fits)("$name, $title", async ({ points, fit }) => {
    const { options } = fit;
    const result = await hdbscan(points, {
      minClusterSize: fit.minClusterSize,
      minSamples: options.min_samples ?? fit.minClusterSize,
      selection: options.cluster_selection_method ?? "eom",
      epsilon: options.cluster_selection_epsilon ?? 0,
      allowSingleCluster: options.allow_single_cluster ?? false,
    });
    expect([...result.labels].map((label) => label < 0)).toEqual(fit.labels.map((label) => label < 0));
    expect(adjustedRandIndex(result.labels, fit.labels)).toBe(1);
    expect(result.probabilities).toBeAllClose(fit.probabilities, { rtol: 1e-6, atol: 1e-7 });
    expect(result.outlierScores).toBeAllClose(fit.outlierScores, { rtol: 1e-6, atol: 1e-7 });
    expect(result.condensedTree.child).toHaveLength(fit.entries);
    expect(result.clusters).toBe(Math.max(...fit.labels) + 1);
    expectConsistent(result);
  });
});

/** What must hold of every result, whatever the data. */
function expectConsistent({ labels, probabilities, outlierScores, ...result }: Hdbscan) {
  const { parent, child, lambda, size } = result.condensedTree;
  expect(result.persistence).toHaveLength(result.clusters);
  expect(result.selected).toHaveLength(result.clusters);
  expect(result.persistence.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(probabilities.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(outlierScores.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(lambda.every((value) => value > 0)).toBe(true);
  labels.forEach((label, i) => {
    if (label < 0) expect(probabilities[i]).toBe(0);
  });
  const rows = [...child].filter((node) => node < result.rows).sort((a, b) => a - b);
  expect(rows).toEqual(Array.from({ length: result.rows }, (_, i) => i));
  const left = new Map<number, number>();
  parent.forEach((node, entry) => {
    left.set(node, (left.get(node) ?? 0) + size[entry]!);
  });
  child.forEach((node, entry) => {
    if (node >= result.rows) expect(left.get(node)).toBe(size[entry]);
  });
  expect(left.get(result.rows)).toBe(result.rows);
}

function clouds(rows: number, centers: readonly (readonly number[])[], spread: number, seed: number) {
  const random = new Random(seed);
  const columns = centers[0]!.length;
  const data = new Float32Array(rows * columns);
  const truth = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const cloud = random.below(centers.length);
    truth[i] = cloud;
    for (let c = 0; c < columns; c++) data[i * columns + c] = centers[cloud]![c]! + spread * random.normal();
  }
  return { points: rowsOf(data, columns), truth };
}

const triangle = [
  [0, 0],
  [10, 0],
  [0, 10],
];

describe("persistence and outlier scores", () => {
  test("persistence is the excess of mass over rows and the range of densities", async () => {
    const { points } = clouds(300, triangle, 0.8, 6);
    const { condensedTree, labels, persistence, selected } = await hdbscan(points, { minClusterSize: 12 });
    const { parent, child, lambda, size } = condensedTree;
    expect(selected.length).toBeGreaterThan(1);
    selected.forEach((node, label) => {
      const birth = lambda[child.indexOf(node)]!;
      let excess = 0;
      parent.forEach((above, entry) => {
        if (above === node) excess += (lambda[entry]! - birth) * size[entry]!;
      });
      const rows = labels.filter((other) => other === label).length;
      expect(persistence[label]).toBeCloseTo(excess / (rows * Math.max(...lambda)), 12);
    });
  });

  test("a tight cluster lasts longer than a loose one", async () => {
    const tight = clouds(150, [[0, 0]], 0.1, 1).points.data;
    const loose = clouds(150, [[20, 0]], 2, 2).points.data;
    const { clusters, persistence, labels } = await hdbscan(
      rowsOf(Float32Array.from([...tight, ...loose]), 2),
      {
        minClusterSize: 30,
      },
    );
    expect(clusters).toBe(2);
    const ofTight = labels.find((label, i) => i < 150 && label >= 0)!;
    expect(persistence[ofTight]).toBeGreaterThan(2 * persistence[1 - ofTight]!);
  });

  test("a row far from all has the largest outlier score", async () => {
    const { points } = clouds(300, triangle, 0.3, 4);
    const data = Float32Array.from([...points.data, -12, -12]);
    const { labels, outlierScores } = await hdbscan(rowsOf(data, 2), { minClusterSize: 20 });
    expect(labels[300]).toBe(-1);
    expect(Math.max(...outlierScores)).toBe(outlierScores[300]);
    expect(outlierScores[300]).toBeGreaterThan(0.9);
  });
});

describe("above exactLimit", () => {
  const { points, truth } = clouds(3000, triangle, 0.7, 5);
  const far = rowsOf(Float32Array.from([...points.data, 60, 60, 61, -50]), 2);

  test("fits a sample, joins the other rows, leaves far ones out", async () => {
    const result = await hdbscan(far, { minClusterSize: 60, exactLimit: 600, seed: 3 });
    expect(result).toMatchObject({
      exact: false,
      rows: 600,
      clusters: 3,
      minClusterSize: 12,
      minSamples: 12,
    });
    expect(result.fitted).toHaveLength(600);
    expectConsistent(result);
    const clustered = [...truth.keys()].filter((row) => result.labels[row]! >= 0);
    expect(clustered.length).toBeGreaterThan(2700);
    expect(
      adjustedRandIndex(
        clustered.map((row) => result.labels[row]!),
        clustered.map((row) => truth[row]!),
      ),
    ).toBe(1);
    expect([...result.labels.subarray(3000)]).toEqual([-1, -1]);
    expect(Math.min(...result.outlierScores.subarray(3000))).toBeGreaterThan(0.9);
  });

  test("agrees with the whole", async () => {
    const whole = await hdbscan(points, { minClusterSize: 60 });
    const sampled = await hdbscan(points, { minClusterSize: 60, exactLimit: 1000 });
    expect(whole).toMatchObject({ exact: true, rows: 3000, minClusterSize: 60, minSamples: 60 });
    const both = [...truth.keys()].filter((row) => whole.labels[row]! >= 0 && sampled.labels[row]! >= 0);
    expect(both.length).toBeGreaterThan(2700);
    expect(
      adjustedRandIndex(
        both.map((row) => whole.labels[row]!),
        both.map((row) => sampled.labels[row]!),
      ),
    ).toBe(1);
  });

  test("is the same for a seed, another for another", async () => {
    const fit = (seed: number) => hdbscan(points, { minClusterSize: 60, exactLimit: 400, seed });
    expect(await fit(1)).toEqual(await fit(1));
    expect((await fit(2)).fitted).not.toEqual((await fit(1)).fitted);
  });

  test("small sizes are not scaled away", async () => {
    const result = await hdbscan(points, { minClusterSize: 10, minSamples: 3, exactLimit: 300 });
    expect(result).toMatchObject({ minClusterSize: 5, minSamples: 3 });
  });
});

describe("equal rows", () => {
  const equal: Rows = rowsOf(new Float32Array(20_000).fill(1.5), 2);

  test("10,000 of them are noise, or the single cluster that is allowed", async () => {
    const noise = await hdbscan(equal);
    expect(noise.clusters).toBe(0);
    expect(noise.labels.every((label) => label === -1)).toBe(true);
    expect(noise.outlierScores.every((score) => score === 0)).toBe(true);

    const single = await hdbscan(equal, { allowSingleCluster: true });
    expect(single).toMatchObject({ clusters: 1, persistence: [1] });
    expect(single.labels.every((label) => label === 0)).toBe(true);
    expect(single.probabilities.every((probability) => probability === 1)).toBe(true);
  });

  test("10,000 of them, sampled", async () => {
    const single = await hdbscan(equal, { allowSingleCluster: true, exactLimit: 500 });
    expect(single.labels.every((label) => label === 0)).toBe(true);
    expect(single.probabilities.every((probability) => probability === 1)).toBe(true);
  });

  test("groups of them are clusters of full persistence; a looser cluster stays measurable", async () => {
    const data = new Float32Array(240);
    const random = new Random(0);
    for (let i = 0; i < 60; i++) data.set([0, 0], 2 * i);
    for (let i = 60; i < 120; i++) data.set([9 + random.normal() * 0.2, random.normal() * 0.2], 2 * i);
    const result = await hdbscan(rowsOf(data, 2), { minClusterSize: 10 });
    expectConsistent(result);
    expect(result.clusters).toBe(2);
    const ofEqual = result.labels[0]!;
    expect(result.persistence[ofEqual]).toBe(1);
    expect(result.persistence[1 - ofEqual]).toBeGreaterThan(0);
    expect(result.persistence[1 - ofEqual]).toBeLessThan(1);
    expect(result.probabilities.subarray(0, 60).every((probability) => probability === 1)).toBe(true);
  });
});

describe("bad input and ends of the range", () => {
  const { points } = clouds(40, triangle, 0.3, 9);

  test.each<[string, Rows, HdbscanOptions, RegExp]>([
    [
      "one row",
      rowsOf(Float32Array.of(1, 2), 2),
      {},
      /at least 5 rows are needed for minClusterSize 5, got 1/,
    ],
    ["fewer rows than samples", points, { minSamples: 50 }, /at least 50 rows are needed for minSamples 50/],
    ["NaN", rowsOf(Float32Array.of(0, 1, 2, 3, Number.NaN, 5), 1), {}, /row 4, column 0 is NaN/],
    ["a size of 1", points, { minClusterSize: 1 }, /minClusterSize must be an integer of at least 2/],
    ["an unknown option", points, { minPoints: 3 } as HdbscanOptions, /no option "minPoints"/],
    ["a negative epsilon", points, { epsilon: -1 }, /epsilon must be a number of at least 0/],
    ["an unknown selection", points, { selection: "dbscan" as "eom" }, /selection must be one of eom, leaf/],
  ])("%s", async (_name, rows, options, message) => {
    await expect(hdbscan(rows, options)).rejects.toThrow(message);
  });

  test("as many rows as minClusterSize", async () => {
    const result = await hdbscan(points, { minClusterSize: 40 });
    expect(result.clusters).toBe(0);
    expectConsistent(result);
    const single = await hdbscan(points, { minClusterSize: 40, allowSingleCluster: true });
    expect(single.clusters).toBe(1);
  });

  test("two rows", async () => {
    const result = await hdbscan(rowsOf(Float32Array.of(0, 1), 1), { minClusterSize: 2, minSamples: 1 });
    expect([...result.labels]).toEqual([-1, -1]);
    expectConsistent(result);
  });

  test("tells its stages, and stops when asked to", async () => {
    const { points } = clouds(4000, triangle, 0.7, 5);
    const stages = new Set<string>();
    const task = hdbscanTask(points, { exactLimit: 2000 });
    for (let step = task.next(); !step.done; step = task.next()) {
      stages.add(step.value.stage);
      expect(step.value.done).toBeLessThanOrEqual(step.value.total);
    }
    for (const stage of ["neighbours", "spanning tree", "assign"]) expect(stages).toContain(stage);
    const stop = new AbortController();
    const stopped = hdbscan(points, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });
});
