import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  continuity,
  trustworthiness,
  trustworthinessTask,
} from "../../packages/latent/src/project/quality.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

interface Oracle {
  points: Stored;
  cases: {
    name: string;
    embedding: Stored;
    scores: { neighbours: number; trustworthiness: number; continuity: number }[];
  }[];
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/quality.json", import.meta.url), "utf8")) as Oracle;
const rows = ({ data, shape }: Stored) => rowsOf(Float32Array.from(data), shape[1]);
const points = rows(oracle.points);

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

describe("trustworthiness and continuity", () => {
  const cases = oracle.cases.flatMap(({ name, embedding, scores }) =>
    scores.map((score) => ({ name, embedding: rows(embedding), ...score })),
  );

  it.each(cases)("are scikit-learn's: $name, $neighbours neighbours", async (expected) => {
    const { embedding, neighbours } = expected;
    const trust = await trustworthiness(points, embedding, { neighbours });
    const kept = await continuity(points, embedding, { neighbours });
    expect(Math.abs(trust - expected.trustworthiness)).toBeLessThan(1e-9);
    expect(Math.abs(kept - expected.continuity)).toBeLessThan(1e-9);
  });

  it("are 1 for the points themselves and for 2,000 equal points", async () => {
    expect(await trustworthiness(points, points, { neighbours: 12 })).toBe(1);
    const equal = rowsOf(new Float32Array(6000).fill(2), 3);
    expect(await trustworthiness(equal, rowsOf(new Float32Array(4000), 2))).toBe(1);
    expect(await continuity(equal, rowsOf(new Float32Array(4000), 2))).toBe(1);
  });

  it("of some rows are near those of all, the same for the same seed, all where there are fewer", async () => {
    const data = noise(3000, 5, 1);
    const embedding = noise(3000, 2, 2);
    for (let i = 0; i < 3000; i++) embedding.data[2 * i] = data.data[5 * i]!;
    const all = await trustworthiness(data, embedding);
    const some = await trustworthiness(data, embedding, { rows: 1000, seed: 5 });
    expect(some).not.toBe(all);
    expect(Math.abs(some - all)).toBeLessThan(0.02);
    expect(await trustworthiness(data, embedding, { rows: 1000, seed: 5 })).toBe(some);
    expect(await trustworthiness(data, embedding, { rows: 1000, seed: 6 })).not.toBe(some);
    expect(await trustworthiness(data, embedding, { rows: 10_000 })).toBe(all);
  });

  it("refuse too few rows, another number of rows, unknown options", async () => {
    const ten = noise(10, 3, 1);
    await expect(trustworthiness(ten, ten)).rejects.toThrow(/at least 11 rows are needed.*got 10/);
    expect(await trustworthiness(ten, ten, { neighbours: 4 })).toBe(1);
    const one = noise(1, 3, 1);
    await expect(continuity(one, one, { neighbours: 1 })).rejects.toThrow(/continuity: at least 3 rows/);
    await expect(trustworthiness(points, ten)).rejects.toThrow(/240 points but an embedding of 10/);
    await expect(continuity(points, points, { neighbors: 5 } as object)).rejects.toThrow(
      /no option "neighbors"/,
    );
    await expect(continuity(points, points, { rows: 0 })).rejects.toThrow(/rows must be an integer/);
    const broken = noise(40, 2, 3);
    broken.data[9] = Number.NaN;
    await expect(trustworthiness(broken, noise(40, 2, 1))).rejects.toThrow(/row 4, column 1 is NaN/);
  });

  it("say how far they are, and can be ended", async () => {
    const many = noise(4000, 4, 1);
    const task = trustworthinessTask(many, many);
    const { value } = task.next();
    expect(value).toEqual({ stage: "trustworthiness", done: 0, total: 4000 });
    task.return(0);
    const abort = new AbortController();
    const run = trustworthiness(many, many, { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(run).rejects.toThrow(/abort/i);
  });
});
