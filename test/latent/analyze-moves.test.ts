import { describe, expect, it } from "vitest";
import { nearestNeighbours } from "../../packages/latent/src/neighbours/nearest-neighbours.ts";
import { Random } from "../../packages/latent/src/random.ts";
import { analyzeLabels } from "../../packages/latent/src/report/analysis/labels.ts";
import type { MapAnalysis } from "../../packages/latent/src/report/analysis/map.ts";
import { arithmetic } from "../../packages/latent/src/report/analysis/moves/arithmetic.ts";
import { crossValidated } from "../../packages/latent/src/report/analysis/moves/cross-validated.ts";
import { directions } from "../../packages/latent/src/report/analysis/moves/directions.ts";
import { interpolations } from "../../packages/latent/src/report/analysis/moves/interpolations.ts";
import type { Analysis } from "../../packages/latent/src/report/analyze.ts";
import { checkInput } from "../../packages/latent/src/report/input.ts";
import { labelsSection } from "../../packages/latent/src/report/sections/labels.ts";
import { waysSection } from "../../packages/latent/src/report/sections/moves.ts";
import { createStep } from "../../packages/latent/src/report/step.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import { finishTask } from "../../packages/latent/src/task.ts";
import { decodeBars } from "./analysis-data.ts";

const step = createStep(0, {});

function gaussian(rows: number, latent: number, seed = 1): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: rows * latent }, () => random.normal()),
    latent,
  );
}

const inputOf = (mu: Rows, labels: (number | string)[]) =>
  checkInput({
    name: "codes",
    codes: { mu, logvar: { ...mu, data: new Float32Array(mu.data.length).fill(-4) } },
    labels: labels as string[],
    labelName: "kind",
    decode: decodeBars,
  });

const split = (labels: readonly number[]) =>
  [1, 0].map((wanted) => [...labels.keys()].filter((row) => labels[row] === wanted)) as [number[], number[]];

describe("a flat boundary", () => {
  it("is found where the difference of the means is no way across it", () => {
    // Two long, thin groups side by side along a slope: their means differ across them by far less than they are long.
    const random = new Random(3);
    const labels = Array.from({ length: 600 }, (_, i) => i % 2);
    const data = Float32Array.from(
      labels.flatMap((label) => {
        const along = 10 * random.normal() + 3 * label;
        return [along, along + (label - 0.5) + 0.1 * random.normal()];
      }),
    );
    const auc = finishTask(crossValidated(rowsOf(data, 2), ...split(labels), 0));
    expect(auc).toBeGreaterThan(0.999);
  });

  it.each([60, 400])("is none of labels at random, of %i rows in 16 dimensions", (rows) => {
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) {
      const random = new Random(100 + seed);
      const labels = Array.from({ length: rows }, () => random.below(2));
      sum += finishTask(crossValidated(gaussian(rows, 16, seed), ...split(labels), seed)) / 10;
    }
    expect(Math.abs(sum - 0.5)).toBeLessThan(0.08);
  });
});

describe("directions", () => {
  it("count the classes that were asked, and name those of too few rows", async () => {
    const mu = gaussian(300, 3);
    const labels = Array.from({ length: 300 }, (_, i) => (i < 4 ? "rare" : `kind ${i % 12}`));
    const input = inputOf(mu, labels);
    const found = await directions(input, decodeBars, step);
    expect(found.asked.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `kind ${i}`));
    expect(found).toMatchObject({ small: ["rare"], further: 2 });
    const moves = { interpolations: [], directions: found, arithmetic: [] };
    const { sentences, tables } = waysSection({ input, moves } as unknown as Analysis)!;
    expect(sentences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^No flat boundary tells a kind well from the rest \(ROC areas on held-out rows from 0\.\d\d to 0\.\d\d\)\.$/,
        ),
        "Not asked: 1 class without 5 rows of their own and of others (rare), and 2 classes after the first 10.",
      ]),
    );
    expect(tables![0]!.rows).toHaveLength(10);
  });
});

describe("arithmetic", () => {
  it("lands among the other class only where the classes lie alike", async () => {
    const labels = Array.from({ length: 400 }, (_, i) => `${i % 2}`);
    const mu = gaussian(400, 2);
    const apart = { ...mu, data: mu.data.map((value, i) => value + 20 * (Math.floor(i / 2) % 2)) };
    const [found] = await arithmetic(inputOf(apart, labels), decodeBars, step);
    expect(found).toMatchObject({ from: "0", to: "1", moved: 200, landed: 1 });
    const [example] = found!.strips;
    expect(example!.pictures.shape).toEqual([4, 6, 6, 1]);
    const [none] = await arithmetic(inputOf(mu, labels), decodeBars, step);
    expect(none!.landed).toBeGreaterThan(0.3);
    expect(none!.landed).toBeLessThan(0.7);
  });
});

describe("labels among neighbours", () => {
  async function of(mu: Rows, labels: (number | string)[]) {
    const neighbours = await nearestNeighbours(mu, { count: 15 });
    return analyzeLabels(inputOf(mu, labels), { neighbours } as MapAnalysis);
  }

  it("are as good as chance where labels are random, and say what always the same would be", async () => {
    const random = new Random(2);
    const mu = gaussian(1000, 4);
    const found = await of(
      mu,
      Array.from({ length: 1000 }, () => (random.uniform() < 0.7 ? "a" : "b")),
    );
    expect(found!.largestShare).toBeGreaterThan(0.65);
    expect(found!.accuracy).toBeLessThan(found!.largestShare + 0.02);
    const input = inputOf(mu, ["a", ...new Array<string>(999).fill("b")]);
    expect(labelsSection({ input, labels: found } as Analysis)!.sentences[0]).toMatch(
      /^The 10 nearest neighbours of each code, by a vote, name the kind of \d\d % of the rows; always saying a, the most frequent, would name \d\d %\.$/,
    );
  });

  it("are those of the rows beside, the row itself left out", async () => {
    // On a line in blocks of 20: only near the ends of blocks do more neighbours lie beyond.
    const mu = rowsOf(
      Float32Array.from({ length: 200 }, (_, i) => i),
      1,
    );
    const found = await of(
      mu,
      Array.from({ length: 200 }, (_, i) => Math.floor(i / 20)),
    );
    expect(found!.accuracy).toBeGreaterThan(0.9);
    const alternating = await of(
      mu,
      Array.from({ length: 200 }, (_, i) => i % 2),
    );
    expect(alternating!.accuracy).toBeLessThan(0.6);
    expect(await of(mu, new Array(200).fill("one"))).toBeNull();
  });
});

describe("rows in an order of their own", () => {
  it("are sampled without regard to it: shortest paths run over both of two groups that alternate", async () => {
    const { data } = gaussian(3000, 2);
    const mu = rowsOf(
      data.map((value, i) => value + 12 * (Math.floor(i / 2) % 2)),
      2,
    );
    const labels = Array.from({ length: 3000 }, (_, i) => i % 2);
    const near = [0, 0];
    await interpolations(
      inputOf(mu, labels),
      (z) => {
        for (let i = 0; i < z.data.length; i += 2) near[Number(z.data[i]! + z.data[i + 1]! > 12)]!++;
        return decodeBars(z);
      },
      step,
    );
    expect(near[1]! / near[0]!).toBeGreaterThan(0.7);
    expect(near[1]! / near[0]!).toBeLessThan(1.4);
  });
});
