import { describe, expect, it } from "vitest";
import type { ClusterMethod } from "../../packages/latent/src/cluster/choose-method.js";
import { clusterStability, type StabilityOptions } from "../../packages/latent/src/cluster/stability.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";

/** Three clusters 20 apart on a circle, one of them wide. */
function three(count: number, seed: number): Rows {
  const random = new Random(seed);
  const data = Float32Array.from({ length: count * 2 }, (_, i) => {
    const cluster = Math.floor(i / 2) % 3;
    const angle = (2 * Math.PI * cluster) / 3;
    return (cluster === 2 ? 2 : 0.5) * random.normal() + 12 * (i % 2 ? Math.sin(angle) : Math.cos(angle));
  });
  return rowsOf(data, 2);
}

const methods: ClusterMethod[] = ["kmeans", "gmm"];

describe.each(methods)("clusterStability of %s", (method) => {
  it("is 1 when the same clusters return", async () => {
    const found = await clusterStability(three(600, 1), { method, clusters: 3, resamples: 6 });
    expect(found.ari).toBeGreaterThan(0.99);
    expect(found.jaccard).toHaveLength(3);
    expect(Math.min(...found.jaccard)).toBeGreaterThan(0.98);
    expect(found.resamples).toBe(6);
  });

  it("is low where one cloud is cut at random, and for its pieces", async () => {
    const random = new Random(4);
    const cloud = rowsOf(
      Float32Array.from({ length: 600 * 8 }, () => random.normal()),
      8,
    );
    const found = await clusterStability(cloud, { method, clusters: 5, resamples: 8 });
    expect(found.ari).toBeLessThan(0.5);
    expect(Math.max(...found.jaccard)).toBeLessThan(0.75);
  });

  it("tells the cluster that is cut at random from those that return", async () => {
    const points = three(600, 1);
    const { ari, jaccard } = await clusterStability(points, { method, clusters: 4, resamples: 8 });
    const sorted = jaccard.slice().sort((a, b) => a - b);
    expect(sorted[3]).toBeGreaterThan(0.97);
    expect(sorted[2]).toBeGreaterThan(0.97);
    expect(sorted[1]).toBeLessThan(0.9);
    expect(ari).toBeLessThan(0.97);
    expect(jaccard.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it("is the same for the same seed, and resamples no more rows than it may", async () => {
    const options = { method, clusters: 4, resamples: 3, resampleRows: 60, seed: 7 };
    const found = await clusterStability(three(500, 2), options);
    expect(await clusterStability(three(500, 2), options)).toEqual(found);
    expect(found.ari).toBeGreaterThan(0.5);
  });

  it("works when a resample has fewer distinct rows than clusters", async () => {
    const few = rowsOf(Float32Array.of(0, 1, 5, 9), 1);
    const { ari, jaccard } = await clusterStability(few, { method, clusters: 4, resamples: 10 });
    expect(ari).toBeLessThan(1);
    expect([ari, ...jaccard].every(Number.isFinite)).toBe(true);
  });
});

describe("clusterStability", () => {
  it("says what is wrong with what it is given", async () => {
    const points = three(30, 0);
    const bad = (options: StabilityOptions, of = points) => expect(clusterStability(of, options)).rejects;
    await bad({ clusters: 1 }).toThrow(/clusters must be an integer of at least 2, got 1/);
    await bad({ clusters: 31 }).toThrow(/at least 31 rows/);
    await bad({ clusters: 3, method: "k-means" as never }).toThrow(/method must be one of kmeans, gmm/);
    await bad({ clusters: 3, resamples: 0 }).toThrow(/resamples/);
    await bad({ clusters: 3, resampleRows: 2 }).toThrow(/resampleRows/);
    await bad({ clusters: 3, rows: 2 } as never).toThrow(/no option "rows"/);
    await bad({ clusters: 2 }, rowsOf(new Float32Array(10_000), 1)).toThrow(/10000 rows have 1/);
  });
});
