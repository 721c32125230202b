import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DataError, ShapeError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { adjustedMutualInformation } from "../../packages/latent/src/score/adjusted-mutual-information.js";
import { adjustedRandIndex } from "../../packages/latent/src/score/adjusted-rand-index.js";
import { calinskiHarabasz } from "../../packages/latent/src/score/calinski-harabasz.js";
import { confusionTable } from "../../packages/latent/src/score/confusion-table.js";
import { daviesBouldin } from "../../packages/latent/src/score/davies-bouldin.js";
import { normalizedMutualInformation } from "../../packages/latent/src/score/normalized-mutual-information.js";
import { purity } from "../../packages/latent/src/score/purity.js";
import { vMeasure } from "../../packages/latent/src/score/v-measure.js";
import "../support/matchers.js";

interface Against {
  truth: number[];
  clusters: number[];
  ari: number;
  nmi: number;
  ami: number;
  homogeneity: number;
  completeness: number;
  vMeasure: number;
  purity: number;
  table: number[][];
}

interface OfPoints {
  points: { shape: [number, number]; data: number[] };
  labels: number[];
  daviesBouldin: number;
  calinskiHarabasz: number;
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/scores.json", import.meta.url), "utf8")) as {
  against: Record<string, Against>;
  points: Record<string, OfPoints>;
};
const close = { rtol: 1e-6, atol: 1e-9 };
const many = Int32Array.from({ length: 100_000 }, (_, i) => i);

describe.each(Object.entries(oracle.against))("against labels as scikit-learn: %s", (_name, expected) => {
  const { truth, clusters } = expected;

  test("scores", () => {
    const v = vMeasure(truth, clusters);
    expect([
      adjustedRandIndex(truth, clusters),
      normalizedMutualInformation(truth, clusters),
      adjustedMutualInformation(truth, clusters),
      v.homogeneity,
      v.completeness,
      v.vMeasure,
      purity(truth, clusters),
    ]).toBeAllClose(
      [
        expected.ari,
        expected.nmi,
        expected.ami,
        expected.homogeneity,
        expected.completeness,
        expected.vMeasure,
        expected.purity,
      ],
      close,
    );
  });

  test("table, with the labels in order", () => {
    const table = confusionTable(truth, clusters);
    expect(table.rows).toEqual([...new Set(truth)].sort((a, b) => a - b));
    expect(table.columns).toEqual([...new Set(clusters)].sort((a, b) => a - b));
    expect([...table.counts]).toEqual(expected.table.flat());
  });

  test("words in the place of numbers change nothing", () => {
    const words = clusters.map((label) => `cluster ${label}`);
    expect(adjustedRandIndex(truth, words)).toBe(adjustedRandIndex(truth, clusters));
    expect(adjustedMutualInformation(truth, words)).toBe(adjustedMutualInformation(truth, clusters));
    expect(purity(truth, words)).toBe(purity(truth, clusters));
  });
});

describe.each(Object.entries(oracle.points))("of points as scikit-learn: %s", (_name, expected) => {
  const points = rowsOf(Float32Array.from(expected.points.data), expected.points.shape[1]);

  test("Davies-Bouldin and Calinski-Harabasz", () => {
    expect([daviesBouldin(points, expected.labels), calinskiHarabasz(points, expected.labels)]).toBeAllClose(
      [expected.daviesBouldin, expected.calinskiHarabasz],
      close,
    );
  });
});

describe("clusters by chance", () => {
  test("raise NMI and purity with their number, not AMI and ARI", () => {
    const random = new Random(3);
    const truth = Int32Array.from({ length: 1000 }, () => random.below(10));
    const [few, lots] = [4, 200].map((clusters) => {
      const dealt = truth.map(() => random.below(clusters));
      return {
        nmi: normalizedMutualInformation(truth, dealt),
        v: vMeasure(truth, dealt).vMeasure,
        purity: purity(truth, dealt),
        ami: adjustedMutualInformation(truth, dealt),
        ari: adjustedRandIndex(truth, dealt),
      };
    });
    expect(few!.nmi).toBeCloseTo(few!.v, 12);
    expect(lots!.nmi).toBeGreaterThan(few!.nmi + 0.2);
    expect(lots!.purity).toBeGreaterThan(few!.purity + 0.1);
    for (const { ami, ari } of [few!, lots!])
      expect(Math.max(Math.abs(ami), Math.abs(ari))).toBeLessThan(0.02);
  });
});

describe("confusion table", () => {
  test("orders naturally: numbers by value, then words, noise as a column of its own", () => {
    const table = confusionTable(["a10", "a2", "b", "10", "9"], [0, -1, 10, 2, 2]);
    expect(table.rows).toEqual(["9", "10", "a2", "a10", "b"]);
    expect(table.columns).toEqual([-1, 0, 2, 10]);
    expect([...table.counts]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  });

  test("of too many labels is refused, and says which", () => {
    expect(() => confusionTable(many, new Int32Array(100_000))).toThrow(/100000 different true labels.*1000/);
    expect(() => confusionTable(new Int32Array(100_000), many)).toThrow(/100000 different cluster labels/);
  });
});

describe("100,000 labels", () => {
  test("each its own: the scores that compare labellings take them", () => {
    const reversed = many.slice().reverse();
    expect(adjustedRandIndex(many, reversed)).toBe(1);
    expect(normalizedMutualInformation(many, reversed)).toBeCloseTo(1, 9);
    const pairs = many.map((i) => i >> 1);
    expect(adjustedMutualInformation(pairs, pairs)).toBeCloseTo(1, 9);
    // As many labels as sizes: 1 + 2 + ... + 446.
    const growing = many.map((i) => Math.floor((Math.sqrt(8 * i + 1) - 1) / 2));
    expect(adjustedMutualInformation(growing, pairs.slice().reverse())).toBeLessThan(1);
    expect(purity(many, reversed)).toBe(1);
    const one = vMeasure(many, new Int32Array(100_000));
    expect(one).toEqual({ homogeneity: 0, completeness: 1, vMeasure: 0 });
    expect(adjustedRandIndex(many, new Int32Array(100_000))).toBe(0);
  });

  test("of points: in pairs, Calinski-Harabasz takes them, Davies-Bouldin says why not", () => {
    const points = rowsOf(
      Float32Array.from(many, (i) => i + (i % 2) * 0.5),
      1,
    );
    const pairs = many.map((i) => i >> 1);
    expect(calinskiHarabasz(points, pairs)).toBeGreaterThan(1e8);
    expect(() => daviesBouldin(points, pairs)).toThrow(/50000 different labels.*10000/);
  });
});

describe("bad input", () => {
  const points = rowsOf(Float32Array.of(0, 1, 5, 6), 1);

  test.each([
    adjustedRandIndex,
    normalizedMutualInformation,
    adjustedMutualInformation,
    vMeasure,
    purity,
    confusionTable,
  ])("%o", (score) => {
    expect(() => score([1, 2, 3], [1, 2])).toThrow(/3 and 2 labels/);
    expect(() => score([], [])).toThrow(DataError);
    expect(() => score([0, Number.NaN], [0, 1])).toThrow(/row 1 .*got NaN/);
  });

  test.each([daviesBouldin, calinskiHarabasz])("%o", (score) => {
    expect(() => score(points, [0, 0, 0, 0])).toThrow(/all 4 rows have the label 0/);
    expect(() => score(points, [0, 1, 2, 3])).toThrow(/a label of its own/);
    expect(() => score(points, [0, 1])).toThrow(/2 labels for 4 rows/);
    expect(() => score(rowsOf(Float32Array.of(0, Number.NaN), 1), [0, 1])).toThrow(/row 1, column 0/);
    expect(() => score({ data: points.data, shape: [4] }, [0, 0, 1, 1])).toThrow(ShapeError);
  });
});
