import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import {
  type SilhouetteOptions,
  silhouette,
  silhouetteTask,
} from "../../packages/latent/src/score/silhouette.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

interface Case {
  points: { shape: [number, number]; data: number[] };
  labels: number[];
  samples: number[];
  silhouette: number;
}

const { points: cases } = JSON.parse(
  readFileSync(new URL("./oracles/scores.json", import.meta.url), "utf8"),
) as { points: Record<string, Case> };

describe.each(Object.entries(cases))("as scikit-learn: %s", (_name, expected) => {
  const points = rowsOf(Float32Array.from(expected.points.data), expected.points.shape[1]);

  test("mean, per row and per cluster", async () => {
    const result = await silhouette(points, expected.labels);
    expect([result.mean]).toBeAllClose([expected.silhouette], { rtol: 1e-6 });
    expect(result.values).toBeAllClose(expected.samples, { rtol: 1e-6, atol: 1e-7 });
    expect([...result.index]).toEqual(expected.labels.map((_, i) => i));
    for (const { label, mean, size } of result.perCluster) {
      const own = expected.samples.filter((_, i) => expected.labels[i] === label);
      expect(size).toBe(own.length);
      expect(mean).toBeCloseTo(own.reduce((a, b) => a + b, 0) / size, 9);
    }
    expect(result.perCluster.map(({ label }) => label)).toEqual(
      [...new Set(expected.labels)].sort((a, b) => a - b),
    );
  });
});

describe("sample", () => {
  const random = new Random(3);
  const labels = Array.from({ length: 4000 }, (_, i) => (i % 3 === 0 ? "left" : "right"));
  const data = new Float32Array(8000).map(() => random.normal());
  for (let i = 0; i < 4000; i++) data[2 * i] = data[2 * i]! + (labels[i] === "left" ? -1.5 : 1.5);
  const points = rowsOf(data, 2);

  test("is near the whole, the same for a seed, another for another", async () => {
    const whole = await silhouette(points, labels);
    const sampled = await silhouette(points, labels, { rows: 1500, seed: 1 });
    expect(sampled.rows).toBe(1500);
    expect(new Set(sampled.index).size).toBe(1500);
    expect(Math.abs(sampled.mean - whole.mean)).toBeLessThan(0.02);
    expect(await silhouette(points, labels, { rows: 1500, seed: 1 })).toEqual(sampled);
    expect((await silhouette(points, labels, { rows: 1500, seed: 2 })).mean).not.toBe(sampled.mean);
  });

  test("is of 5,000 rows by default", async () => {
    const most = rowsOf(
      Float32Array.from({ length: 5200 }, (_, i) => i % 2),
      1,
    );
    const which = Array.from({ length: 5200 }, (_, i) => i % 2);
    const { rows, mean } = await silhouette(most, which);
    expect([rows, mean]).toEqual([5000, 1]);
    expect((await silhouette(most, which, { rows: 6000 })).rows).toBe(5200);
  });

  test("is scored within itself", async () => {
    const { index, values } = await silhouette(points, labels, { rows: 50, seed: 7 });
    const alone = rowsOf(
      Float32Array.from([...index].flatMap((row) => [data[2 * row]!, data[2 * row + 1]!])),
      2,
    );
    const ofThose = await silhouette(
      alone,
      [...index].map((row) => labels[row]!),
    );
    expect(values).toEqual(ofThose.values);
  });

  test("without a second label says to take more", async () => {
    const rare = labels.map((_, i) => (i === 0 ? "rare" : "rest"));
    await expect(silhouette(points, rare, { rows: 10 })).rejects.toThrow(/10 sampled rows.*rows to more/);
  });
});

test("equal points: no NaN", () => {
  const result = finishTask(
    silhouetteTask(
      rowsOf(new Float32Array(600), 2),
      Array.from({ length: 300 }, (_, i) => i % 4),
    ),
  );
  expect(result.mean).toBe(0);
  expect(result.values.every((value) => value === 0)).toBe(true);
});

test("half as many labels as rows", async () => {
  const rows = 6000;
  const points = rowsOf(
    Float32Array.from({ length: rows }, (_, i) => 10 * (i >> 1) + (i & 1)),
    1,
  );
  const { mean, perCluster } = await silhouette(
    points,
    Array.from({ length: rows }, (_, i) => i >> 1),
    { rows },
  );
  expect(perCluster).toHaveLength(rows / 2);
  // Pairs 1 apart, 9.5 on average from the next pair; only the two rows at the ends are farther.
  expect(mean).toBeCloseTo(1 - 1 / 9.5, 4);
});

describe("bad input", () => {
  const points = rowsOf(Float32Array.of(0, 1, 5, 6), 1);

  test.each<[string, number[], SilhouetteOptions, RegExp]>([
    ["one label", [0, 0, 0, 0], {}, /all 4 rows have the label 0; .* at least 2/],
    ["each its own", [0, 1, 2, 3], {}, /each of the 4 rows has a label of its own/],
    ["too few labels", [0, 1], {}, /2 labels for 4 rows/],
    ["NaN", [0, 1, Number.NaN, 1], {}, /label of row 2/],
    ["rows", [0, 0, 1, 1], { rows: 2 }, /rows must be an integer of at least 3/],
    ["an unknown option", [0, 0, 1, 1], { sample: 2 } as SilhouetteOptions, /no option "sample"/],
  ])("%s", async (_name, labels, options, message) => {
    await expect(silhouette(points, labels, options)).rejects.toThrow(message);
  });

  test("an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(silhouette(points, [0, 0, 1, 1], { signal })).rejects.toThrow("enough");
  });
});
