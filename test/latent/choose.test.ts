import { describe, expect, it } from "vitest";
import {
  type ChooseOptions,
  chooseClusters,
  chooseClustersTask,
} from "../../packages/latent/src/cluster/choose.js";
import type { ClusterMethod } from "../../packages/latent/src/cluster/choose-method.js";
import { type ClusterCandidate, recommend } from "../../packages/latent/src/cluster/choose-reason.js";
import { sphericalBic } from "../../packages/latent/src/cluster/kmeans/criterion.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";

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

describe("chooseClusters", () => {
  it.each<[ClusterMethod, number]>([
    ["kmeans", 3],
    ["kmeans", 4],
    ["gmm", 4],
  ])("with %s finds %i groups", async (method, clusters) => {
    const found = await chooseClusters(groups(400, clusters, 1), { method, to: 7, resamples: 4 });
    expect(found.candidates.map((candidate) => candidate.clusters)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(found.recommended).toBe(clusters);
    expect(found.best).toMatchObject({ silhouette: clusters, bic: clusters });
    expect(found.candidates[clusters - 2]!.stability).toBeGreaterThan(0.95);
    expect(found.reason).toContain(`${clusters} clusters`);
  });

  it("is the same for the same seed, and tells how far it is", () => {
    const points = groups(3000, 3, 2);
    const options = { to: 4, resamples: 2, silhouetteRows: 100, resampleRows: 200, seed: 1 };
    const task = chooseClustersTask(points, options);
    const told = new Set<string>();
    let step = task.next();
    for (; !step.done; step = task.next())
      told.add(`${step.value.stage} ${step.value.done}/${step.value.total}`);
    expect([...told]).toEqual(Array.from({ length: 9 }, (_, done) => `clusters ${done}/9`));
    expect(finishTask(chooseClustersTask(points, options))).toEqual(step.value);
  });

  it("says what is wrong with what it is given", async () => {
    const points = groups(12, 3, 0);
    const bad = (options: ChooseOptions, of = points) => expect(chooseClusters(of, options)).rejects;
    await bad({}).toThrow(/at least 13 rows are needed for the silhouette of 12 clusters, got 12/);
    await bad({ from: 1 }).toThrow(/from must be an integer of at least 2/);
    await bad({ from: 5, to: 4 }).toThrow(/to must be an integer of at least 5/);
    await bad({ method: "hdbscan" as never }).toThrow(/method must be one of/);
    await bad({ k: 3 } as never).toThrow(/no option "k"/);
    await bad({}, rowsOf(new Float32Array(10_000), 1)).toThrow(/10000 rows have 1/);
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
    silhouette: number,
    bic: number,
    stability: number,
  ): ClusterCandidate => ({
    ...{ clusters, silhouette, bic, stability },
  });

  it("is what two scores name", () => {
    const found = recommend(
      [candidate(2, 0.5, 9, 0.9), candidate(3, 0.6, 8, 0.8), candidate(4, 0.4, 8.5, 0.5)],
      "kmeans",
    );
    expect(found).toMatchObject({ recommended: 3, best: { silhouette: 3, bic: 3, stability: 2 } });
    expect(found.reason).toBe("Silhouette and BIC find 3 clusters best (stability 0.80).");
  });

  it("is no number at the end of the range whose clusters do not return", () => {
    const found = recommend(
      [candidate(2, 0.06, 9, 0.7), candidate(3, 0.08, 8, 0.83), candidate(4, 0.1, 7, 0.6)],
      "kmeans",
    );
    expect(found.recommended).toBe(3);
    expect(found.reason).toContain("Silhouette and BIC are still best at 4, the most that was tried.");
    expect(found.reason).toContain("A silhouette of 0.08 is low");
  });

  it("is the best separated of those that return, when all scores differ", () => {
    const found = recommend(
      [
        candidate(2, 0.3, 9, 0.97),
        candidate(3, 0.4, 8, 0.85),
        candidate(4, 0.5, 7, 0.4),
        candidate(5, 0.2, 6, 0.4),
      ],
      "kmeans",
    );
    expect(found.recommended).toBe(3);
    expect(found.reason).toContain("by silhouette 4, by BIC 5, by stability 2");
  });

  it("of a mixture is that of least BIC", () => {
    const candidates = [candidate(2, 0.3, 9, 0.9), candidate(3, 0.1, 7, 0.85), candidate(4, 0.2, 8, 0.4)];
    const found = recommend(candidates, "gmm");
    expect(found).toMatchObject({ recommended: 3, best: { silhouette: 2, bic: 3, stability: 2 } });
    expect(found.reason).toContain(
      "BIC is least with 3 clusters. They return in resamples (stability 0.85).",
    );
    const rising = recommend(candidates.slice(0, 2), "gmm");
    expect(rising.recommended).toBe(3);
    expect(rising.reason).toContain("BIC still falls at 3 clusters, the most that was tried");
  });

  it("is the most stable when none returns", () => {
    const found = recommend(
      [candidate(2, 0.3, 9, 0.4), candidate(3, 0.4, 8, 0.5), candidate(4, 0.5, 7, 0.45)],
      "kmeans",
    );
    expect(found.recommended).toBe(3);
    expect(found.reason).toContain("no number gives clusters that return");
  });
});
