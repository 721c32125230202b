import { describe, expect, it } from "vitest";
import {
  type ChooseOptions,
  chooseClusters,
  chooseClustersTask,
} from "../../packages/latent/src/cluster/choose.js";
import type { ClusterMethod } from "../../packages/latent/src/cluster/choose-method.js";
import { type ClusterCandidate, recommend } from "../../packages/latent/src/cluster/choose-reason.js";
import { sphericalBic } from "../../packages/latent/src/cluster/kmeans/criterion.js";
import { drawOneGaussian } from "../../packages/latent/src/cluster/one-gaussian.js";
import { scatterOf } from "../../packages/latent/src/linear/covariance.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

function groups(count: number, clusters: number, seed: number) {
  const random = new Random(seed);
  const centers = Array.from(
    { length: clusters * 3 },
    (_, i) => 10 * Number(i % 3 === Math.floor(i / 3) % 3) * (1 + Math.floor(i / 9)),
  );
  return rowsOf(
    Float32Array.from(
      { length: count * 3 },
      (_, i) => random.normal() + centers[(Math.floor(i / 3) % clusters) * 3 + (i % 3)]!,
    ),
    3,
  );
}

/** One Gaussian whose columns differ in width and are correlated. */
function cloud(rows: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let before = 0;
    for (let j = 0; j < columns; j++) {
      before = 0.5 * before + (1 + j / columns) * random.normal();
      data[row * columns + j] = before;
    }
  }
  return rowsOf(data, columns);
}

/** Four long Gaussians at right angles, each other's neighbours. */
function touching(rows: number, seed: number): Rows {
  const random = new Random(seed);
  const data = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const [along, across] = [2 * random.normal(), 0.4 * random.normal()];
    const group = row % 4;
    data[2 * row] = (group % 2 ? along : across) + (group < 2 ? 0 : 4);
    data[2 * row + 1] = (group % 2 ? across : along) + (group === 1 || group === 2 ? 4 : 0);
  }
  return rowsOf(data, 2);
}

const quick = { resamples: 2, resampleRows: 500, silhouetteRows: 500 };

describe("chooseClusters", () => {
  it.each<[ClusterMethod, number]>([
    ["kmeans", 3],
    ["kmeans", 4],
    ["gmm", 4],
  ])("with %s finds %i groups", async (method, clusters) => {
    const found = await chooseClusters(groups(400, clusters, 1), { method, to: 7, resamples: 4 });
    const counts = [2, 3, 4, 5, 6, 7];
    expect(found.candidates.map((candidate) => candidate.clusters)).toEqual(
      method === "gmm" ? [1, ...counts] : counts,
    );
    expect(found.recommended).toBe(clusters);
    expect(found.best).toMatchObject({ silhouette: clusters, bic: clusters });
    const chosen = found.candidates.find((candidate) => candidate.clusters === clusters)!;
    expect(chosen.stability).toBeGreaterThan(0.95);
    expect(chosen.nullStability).toBeLessThan(0.95);
    expect(chosen.nullSilhouette).toBeLessThan(chosen.silhouette! - 0.3);
    expect(found.reason).toContain(`${clusters} ${method === "gmm" ? "components" : "clusters"}`);
  });

  describe.each<ClusterMethod>(["kmeans", "gmm"])("with %s finds no clusters", (method) => {
    it.each([
      [60, 2],
      [60, 16],
      [500, 2],
      [500, 16],
      [3000, 2],
      [3000, 16],
    ])("in one Gaussian of %i rows and %i columns", async (rows, columns) => {
      for (const seed of [1, 2]) {
        const { recommended, reason } = await chooseClusters(cloud(rows, columns, seed), {
          ...quick,
          ...{ method, to: 6, seed },
        });
        expect(recommended).toBe(1);
        expect(reason).toMatch(method === "gmm" ? /^One cloud: / : /^Nothing speaks for clusters: /);
      }
    });
  });

  it.each([600, 3000])("with gmm finds four Gaussians of %i rows that touch", async (rows) => {
    const found = await chooseClusters(touching(rows, 1), { ...quick, method: "gmm", to: 8 });
    expect(found.recommended).toBe(4);
    expect(found.candidates.map(({ clusters }) => clusters)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(found.candidates[0]).toMatchObject({ silhouette: null, stability: null, nullSilhouette: null });
  });

  it("tells no mixture by components of fewer rows than columns, whose likelihood has no bound", async () => {
    const { recommended, candidates, reason } = await chooseClusters(cloud(30, 8, 3), {
      ...quick,
      ...{ method: "gmm", to: 10 },
    });
    expect(recommended).toBe(1);
    expect(candidates.at(-1)!.bic).toBeNull();
    expect(reason).toContain("too few rows to tell of more");
    const none = await chooseClusters(cloud(8, 8, 3), { method: "gmm", to: 3, resamples: 1 });
    expect(none.recommended).toBe(1);
    expect(none.reason).toMatch(/^There are too few rows/);
  });

  it("does not mind the unit, nor columns that do not vary", async () => {
    const points = touching(800, 2);
    const data = Float32Array.from({ length: 800 * 3 }, (_, i) =>
      i % 3 === 2 ? 5 : 1e-4 * points.data[2 * Math.floor(i / 3) + (i % 3)]!,
    );
    const options = { ...quick, method: "gmm" as const, to: 6 };
    const { recommended } = await chooseClusters(rowsOf(data, 3), options);
    expect(recommended).toBe(4);
  });

  it("takes rows so far from 0 that few float32 numbers are left there", async () => {
    const far = rowsOf(
      Float32Array.from({ length: 200 }, (_, i) => 2 ** 30 + 128 * (i % 5)),
      1,
    );
    for (const method of ["kmeans", "gmm"] as const) {
      const { candidates, recommended } = await chooseClusters(far, { ...quick, method, to: 5 });
      expect(Number.isInteger(recommended)).toBe(true);
      expect(candidates.every(({ bic }) => bic === null || Number.isFinite(bic))).toBe(true);
    }
  });

  it("stops when as many numbers as its patience have not lowered BIC", async () => {
    const options = { ...quick, method: "gmm" as const, to: 12 };
    const { candidates } = await chooseClusters(cloud(300, 3, 1), { ...options, patience: 2 });
    expect(candidates.map(({ clusters }) => clusters)).toEqual([1, 2, 3]);
  });

  it("is the same for the same seed, and tells how far it is", () => {
    const points = groups(3000, 3, 2);
    const options = { to: 4, resamples: 2, silhouetteRows: 100, resampleRows: 200, seed: 1 };
    const task = chooseClustersTask(points, options);
    const told = new Set<string>();
    let step = task.next();
    for (; !step.done; step = task.next())
      told.add(`${step.value.stage} ${step.value.done}/${step.value.total}`);
    expect([...told]).toEqual(Array.from({ length: 14 }, (_, done) => `clusters ${done}/14`));
    expect(finishTask(chooseClustersTask(points, options))).toEqual(step.value);
  });

  it("says what is wrong with what it is given", async () => {
    const points = groups(12, 3, 0);
    const bad = (options: ChooseOptions, of = points) => expect(chooseClusters(of, options)).rejects;
    await bad({}).toThrow(/at least 13 rows are needed for the silhouette of 12 clusters, got 12/);
    await bad({ from: 1 }).toThrow(/from must be an integer of at least 2/);
    await bad({ from: 0, method: "gmm" }).toThrow(/from must be an integer of at least 1/);
    await bad({ from: 5, to: 4 }).toThrow(/to must be an integer of at least 5/);
    await bad({ patience: 0 }).toThrow(/patience must be an integer of at least 1/);
    await bad({ method: "hdbscan" as never }).toThrow(/method must be one of/);
    await bad({ k: 3 } as never).toThrow(/no option "k"/);
    await bad({}, rowsOf(new Float32Array(10_000), 1)).toThrow(/10000 rows have 1/);
  });
});

describe("draws of one Gaussian", () => {
  it("have the mean and covariance of the rows, in a plane where these are", () => {
    const { data } = cloud(20_000, 2, 1);
    const flat = Float32Array.from({ length: 60_000 }, (_, i) =>
      i % 3 < 2 ? data[2 * Math.floor(i / 3) + (i % 3)]! + 3 : data[2 * Math.floor(i / 3)]! - 1,
    );
    const rows = { data: flat, rows: 20_000, columns: 3 };
    const drawn = drawOneGaussian(rows, new Random(1));
    const [of, again] = [rows, drawn].map(({ data: values }) => scatterOf(values, 20_000, 3));
    expect(again!.mean).toBeAllClose(of!.mean, { atol: 0.05 });
    expect(again!.matrix.map((value) => value / 20_000)).toBeAllClose(
      of!.matrix.map((value) => value / 20_000),
      { atol: 0.1 },
    );
    for (let row = 0; row < 100; row++) {
      expect(drawn.data[3 * row + 2]).toBeCloseTo(drawn.data[3 * row]! - 4, 4);
    }
  });
});

describe("BIC of k-means", () => {
  it("is that of Gaussians of one spherical variance", () => {
    // Two clusters of 3 and 5 rows in 2 columns, inertia 6: variance 6 / (2 (8 - 2)) = 0.5.
    const density =
      3 * Math.log(3 / 8) + 5 * Math.log(5 / 8) - 8 * Math.log(2 * Math.PI * 0.5) - 6 / (2 * 0.5);
    expect(sphericalBic([3, 5], 8, 2, 6, 40)).toBeCloseTo(-2 * density + 6 * Math.log(8), 10);
  });

  it("is finite when every row is its own cluster", () => {
    expect(Number.isFinite(sphericalBic([1, 1, 1], 3, 2, 0, 10))).toBe(true);
    expect(Number.isFinite(sphericalBic([5], 5, 2, 0, 0))).toBe(true);
  });
});

describe("the recommended number of clusters", () => {
  const candidate = (
    clusters: number,
    silhouette: number | null,
    bic: number | null,
    stability: number | null,
    nullSilhouette: number | null = null,
    nullStability: number | null = null,
  ): ClusterCandidate => ({ clusters, silhouette, bic, stability, nullSilhouette, nullStability });

  it("of k-means is the one whose silhouette is furthest above that of one Gaussian", () => {
    const found = recommend(
      [
        candidate(2, 0.5, 9, 0.9, 0.42),
        candidate(3, 0.48, 8, 0.8, 0.33, 0.5),
        candidate(4, 0.4, 7, 0.5, 0.33),
      ],
      "kmeans",
    );
    expect(found).toMatchObject({ recommended: 3, best: { silhouette: 2, bic: 4, stability: 2 } });
    expect(found.reason).toBe(
      "With 3 clusters, of 2 to 4, the silhouette is furthest above what it is without clusters. Their silhouette is 0.48 and their " +
        "stability 0.80; one Gaussian of the same mean and covariance, cut into as many, has 0.33 and 0.50.",
    );
  });

  it("of k-means is 1 where no silhouette is much above that of one Gaussian, however stable", () => {
    const found = recommend([candidate(2, 0.45, 9, 1, 0.36), candidate(3, null, 8, 1)], "kmeans");
    expect(found.recommended).toBe(1);
    expect(found.reason).toContain(
      "with 2 to 3 of them, no silhouette is 0.1 above that of one Gaussian of the same mean and covariance",
    );
  });

  it("of a mixture is that of least BIC", () => {
    const candidates = [
      candidate(1, null, 9.5, null),
      candidate(2, 0.3, 9, 0.9),
      candidate(3, 0.1, 7, 0.85, 0.05, 0.6),
      candidate(4, 0.2, 8, 0.4),
    ];
    const found = recommend(candidates, "gmm");
    expect(found).toMatchObject({ recommended: 3, best: { silhouette: 2, bic: 3, stability: 2 } });
    expect(found.reason).toBe(
      "BIC is least with 3 components, of mixtures of 1 to 4 Gaussians. Their silhouette is 0.10 and their stability 0.85; one Gaussian " +
        "of the same mean and covariance, cut into as many, has 0.05 and 0.60. Clusters of so low a silhouette touch or overlap: read " +
        "them as regions, not as separate groups.",
    );
    const falling = recommend(candidates.slice(0, 3), "gmm");
    expect(falling.recommended).toBe(3);
    expect(falling.reason).toMatch(/^At least 3 components: BIC still falls at 3 Gaussians, the most/);
  });

  it("of a mixture is 1 where one Gaussian has the least BIC", () => {
    const found = recommend([candidate(1, null, 7, null), candidate(2, 0.9, 9, 1)], "gmm");
    expect(found).toEqual({
      best: { silhouette: 2, bic: 1, stability: 2 },
      recommended: 1,
      reason: "One cloud: of mixtures of 1 to 2 Gaussians, one has the least BIC.",
    });
  });
});
