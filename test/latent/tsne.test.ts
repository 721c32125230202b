import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nearestNeighboursTask } from "../../packages/latent/src/neighbours/nearest-neighbours.js";
import { jointTask, tsne } from "../../packages/latent/src/project/tsne.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

interface Oracle {
  joint: { points: Stored; perplexity: number; pairs: [number, number, number][] };
  layouts: {
    points: Stored;
    results: { options: { n_components?: 2 | 3; perplexity?: number }; klDivergence: number }[];
  };
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/tsne.json", import.meta.url), "utf8")) as Oracle;
const rows = ({ data, shape }: Stored) => rowsOf(Float32Array.from(data), shape[1]);

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

describe("joint probabilities", () => {
  it("are scikit-learn's", () => {
    const { points, perplexity, pairs } = oracle.joint;
    const neighbours = finishTask(nearestNeighboursTask(rows(points), { count: 3 * perplexity + 1 }));
    const joint = finishTask(jointTask(neighbours, 3 * perplexity + 1, perplexity));
    const ours: [number, number, number][] = [];
    for (let i = 0; i < points.shape[0]; i++) {
      for (let k = joint.start[i]!; k < joint.start[i + 1]!; k++) {
        ours.push([i, joint.other[k]!, joint.probability[k]!]);
      }
    }
    ours.sort(([a, b], [c, d]) => a - c || b - d);
    expect(ours.map(([i, j]) => [i, j])).toEqual(pairs.map(([i, j]) => [i, j]));
    // scikit-learn's search ends where the entropy is within 1e-5 of what is asked.
    expect(ours.map(([, , p]) => p)).toBeAllClose(
      pairs.map(([, , p]) => p),
      { rtol: 1e-4, scaleTol: 1e-6 },
    );
    expect(2 * joint.probability.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });
});

describe("tsne", () => {
  const points = rows(oracle.layouts.points);

  it.each(oracle.layouts.results)(
    "comes to scikit-learn's divergence or below: $options",
    async ({ options: { n_components: dimensions = 2, perplexity = 30 }, klDivergence }) => {
      const result = await tsne(points, { dimensions, perplexity });
      expect(result.embedding.shape).toEqual([600, dimensions]);
      expect(result.klDivergence).toBeLessThan(klDivergence * 1.02);
      expect(exactDivergence(result.embedding, points, perplexity)).toBeCloseTo(result.klDivergence, 2);
    },
  );

  it("is the same for the same seed and graph, another for another seed", async () => {
    const options = { perplexity: 10, iterations: 60, init: "random", seed: 4 } as const;
    const some = noise(120, 5, 1);
    const { embedding } = await tsne(some, options);
    expect((await tsne(some, options)).embedding).toEqual(embedding);
    expect((await tsne(some, { ...options, seed: 5 })).embedding).not.toEqual(embedding);
    const graph = finishTask(nearestNeighboursTask(some, { count: 31 }));
    expect((await tsne(some, { ...options, graph })).embedding).toEqual(embedding);
    const wide = finishTask(nearestNeighboursTask(some, { count: 50 }));
    expect((await tsne(some, { ...options, graph: wide })).embedding).toEqual(embedding);
  });

  it("tells its steps, and can be ended", async () => {
    const seen = new Map<string, number>();
    await tsne(points, {
      iterations: 100,
      onProgress: ({ stage, done, total }) => {
        expect(done).toBeLessThanOrEqual(total);
        seen.set(stage, done);
      },
    });
    expect(seen.get("layout")).toBeGreaterThan(0);
    const abort = new AbortController();
    const run = tsne(points, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
    await expect(run).rejects.toThrow("enough");
  });

  it.each([
    ["10,000 equal points", rowsOf(new Float32Array(30_000).fill(3), 3), 12],
    ["many duplicates", rowsOf(noise(900, 2, 3).data.map(Math.round), 2), 60],
    [
      "a constant column",
      rowsOf(
        noise(200, 2, 3).data.map((x, i) => (i % 2 ? 1 : x)),
        2,
      ),
      60,
    ],
    ["one column", noise(200, 1, 3), 60],
    [
      "far from the origin",
      rowsOf(
        noise(200, 3, 3).data.map((x) => x * 10 + 1e6),
        3,
      ),
      60,
    ],
  ])("gives finite places to %s", async (_name, data, iterations) => {
    for (const dimensions of [2, 3]) {
      const { embedding, klDivergence } = await tsne(data, { iterations, dimensions });
      expect(embedding.data.every(Number.isFinite)).toBe(true);
      expect(klDivergence).toBeGreaterThan(0);
      for (let d = 0; d < dimensions; d++) {
        const values = embedding.data.filter((_, i) => i % dimensions === d);
        expect(new Set(values).size).toBeGreaterThan(10);
      }
    }
  });

  it("names the largest perplexity that works", async () => {
    await expect(tsne(noise(50, 3, 1))).rejects.toThrow(/perplexity 30 needs.*got 50; the largest.*is 16/);
    const { embedding } = await tsne(noise(50, 3, 1), { perplexity: 16, iterations: 10 });
    expect(embedding.shape).toEqual([50, 2]);
    const least = await tsne(noise(4, 3, 1), { perplexity: 1, iterations: 10 });
    expect(least.embedding.data.every(Number.isFinite)).toBe(true);
    await expect(tsne(noise(1, 3, 1), { perplexity: 1 })).rejects.toThrow(/at least 4 rows/);
  });

  it("refuses what it cannot do", async () => {
    const some = noise(100, 3, 1);
    await expect(tsne(some, { dimensions: 4 })).rejects.toThrow(/dimensions must be an integer from 2 to 3/);
    await expect(tsne(some, { perplexity: 0.5 })).rejects.toThrow(/perplexity/);
    await expect(tsne(some, { neighbours: 5 } as object)).rejects.toThrow(/no option "neighbours"/);
    await expect(tsne(some, { init: "spectral" as "pca" })).rejects.toThrow(
      /init must be one of pca, random/,
    );
    await expect(tsne(some, { learningRate: 1e200 })).rejects.toThrow(/learningRate 1e\+200.*smaller/);
    const graph = finishTask(nearestNeighboursTask(some, { count: 30 }));
    await expect(tsne(some, { graph })).rejects.toThrow(/30 neighbours.*90 are needed.*at most 10/);
    await expect(tsne(noise(99, 3, 1), { graph })).rejects.toThrow(/neighbours of 100 rows, points has 99/);
    const broken = noise(100, 3, 1);
    broken.data[3] = Number.NaN;
    await expect(tsne(broken)).rejects.toThrow(/row 1, column 0 is NaN/);
  });
});

/** KL(P || Q) over all pairs, without a tree. */
function exactDivergence(
  { data, shape: [count, dimensions] }: Rows,
  points: Rows,
  perplexity: number,
): number {
  const neighbours = finishTask(nearestNeighboursTask(points, { count: 3 * perplexity + 1 }));
  const { start, other, probability } = finishTask(jointTask(neighbours, 3 * perplexity + 1, perplexity));
  const freedom = dimensions! - 1;
  const kernel = (i: number, j: number) => {
    let square = 0;
    for (let d = 0; d < dimensions!; d++)
      square += (data[i * dimensions! + d]! - data[j * dimensions! + d]!) ** 2;
    return (1 + square / freedom) ** (-(freedom + 1) / 2);
  };
  let total = 0;
  for (let i = 0; i < count!; i++) for (let j = 0; j < i; j++) total += 2 * kernel(i, j);
  let sum = 0;
  for (let i = 0; i < count!; i++) {
    for (let k = start[i]!; k < start[i + 1]!; k++) {
      sum += 2 * probability[k]! * Math.log((probability[k]! * total) / kernel(i, other[k]!));
    }
  }
  return sum;
}
