import { describe, expect, it } from "vitest";
import { Random } from "../../packages/latent/src/random.ts";
import { interpolations } from "../../packages/latent/src/report/analysis/moves/interpolations.ts";
import { pointQuantiles } from "../../packages/latent/src/report/analysis/moves/quantiles.ts";
import { type Analysis, analyze } from "../../packages/latent/src/report/analyze.ts";
import { checkInput } from "../../packages/latent/src/report/input.ts";
import { sections } from "../../packages/latent/src/report/sections/index.ts";
import { createStep } from "../../packages/latent/src/report/step.ts";
import { summary } from "../../packages/latent/src/report/summary.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import { decodeBars, syntheticInput } from "./analysis-data.ts";
import { reportJson } from "./report-json.ts";

const quick = { projections: [], threeDimensions: false, mostClusters: 4 };
const made = (analysis: Analysis) => sections.flatMap((make) => make(analysis) ?? []);

/** All that a reader of the report reads: sentences, captions, tables. */
const read = (analysis: Analysis) => JSON.stringify(made(analysis));

function points(rows: number, scales: readonly number[]): Rows {
  const random = new Random(5);
  return rowsOf(
    Float32Array.from(
      { length: rows * scales.length },
      (_, i) => scales[i % scales.length]! * random.normal(),
    ),
    scales.length,
  );
}

describe("codes without variances", () => {
  it("are told of without a word of KL, posteriors or the prior", async () => {
    const { codes, ...rest } = syntheticInput({ latent: 4, inactive: 1 });
    const analysis = await analyze({ ...rest, codes: { mu: codes.mu } }, quick);
    const { dimensions, prior, clusters, moves } = analysis;
    expect([dimensions.kl, dimensions.signal, dimensions.limit, prior, clusters.heldOut]).toEqual(
      new Array(5).fill(null),
    );
    expect(dimensions.active).toEqual([true, true, true, false]);
    const names = clusters.clusterings.map(({ name, of }) => `${name}: ${of}`);
    expect(names).toEqual(["k-means (3): codes", "Gaussian mixture (3): codes", "HDBSCAN: codes"]);
    expect(moves!.samples.map(({ name }) => name)).toEqual(["fitted mixture"]);
    const { sentences } = reportJson.parse(JSON.parse(JSON.stringify(summary(analysis, made(analysis)))));
    expect(sentences.prior).toEqual(["These codes have no variances: nothing is said of KL or the prior."]);
    const text = JSON.stringify(made(analysis).filter(({ id }) => id !== "prior"));
    expect(text).not.toMatch(/\bKL\b|posterior|Wasserstein|W2|N\(0|\bprior\b|NaN|undefined/);
  });

  it("have dimensions that are active beside the largest, whatever their scale", async () => {
    const mu = points(200, [1e-3, 1e-4 / 2, 1e-3]);
    const analysis = await analyze({ name: "small", codes: { mu } }, quick);
    expect(analysis.dimensions.active).toEqual([true, false, true]);
    expect(read(analysis)).toMatch(
      /1 of 3 dimensions is inactive: .* variance of z1 is at most 0\.01 of the largest/,
    );
    const equal = rowsOf(new Float32Array(80).fill(2), 2);
    expect(read(await analyze({ name: "equal", codes: { mu: equal, logvar: null } }, quick))).toContain(
      "Both dimensions are inactive: the codes are all the same.",
    );
  });

  it("are traversed from their own 1 % to their 99 % quantile", async () => {
    const mu = points(301, [1, 3]);
    const { moves } = await analyze({ name: "wide", codes: { mu }, decode: decodeBars }, quick);
    const sorted = (j: number) => mu.data.filter((_, i) => i % 2 === j).sort();
    for (const { dimension, values } of moves!.traversals) {
      const column = sorted(dimension);
      expect(values[0]).toBeCloseTo(column[3]!, 6);
      expect(values[4]).toBeCloseTo(column[150]!, 6);
      expect(values[8]).toBeCloseTo(column[297]!, 6);
    }
    expect(moves!.manifold!.across[7]).toBeCloseTo(sorted(0)[150]!, 6);
    expect(pointQuantiles(rowsOf(Float32Array.of(4, 1, 2), 1), 0, [0, 0.25, 1])).toEqual([1, 1.5, 4]);
  });
});

describe("ends of interpolations", () => {
  const ends = async (mu: Rows, labels: number[] | null) => {
    const input = checkInput({ name: "codes", codes: { mu }, labels, decode: decodeBars });
    return (await interpolations(input, decodeBars, createStep(0, {}))).map(({ from, to }) => [from, to]);
  };
  const place = (mu: Rows, row: number) => mu.data.subarray(2 * row, 2 * row + 2).join();

  it("differ where the typical rows of two classes are the same", async () => {
    // Classes 0 and 1 lie on one point, 2 and 3 on another.
    const labels = Array.from({ length: 40 }, (_, i) => i % 4);
    const mu = rowsOf(Float32Array.from(labels.flatMap((label) => (label < 2 ? [0, 0] : [5, 1]))), 2);
    const found = await ends(mu, labels);
    expect(found.length).toBeGreaterThan(0);
    for (const [from, to] of found) expect(place(mu, from!)).not.toBe(place(mu, to!));
  });

  it("are found among all rows where all typical rows are the same", async () => {
    const mu = rowsOf(new Float32Array(80), 2);
    mu.data.set([3, 4], 2 * 17);
    for (const labels of [Array.from({ length: 40 }, (_, i) => i % 2), null]) {
      const found = await ends(mu, labels);
      expect(found.length).toBeGreaterThan(0);
      for (const pair of found) expect(pair).toContain(17);
    }
  });

  it("are none where all codes are the same, and nothing is said of ways", async () => {
    const mu = rowsOf(new Float32Array(80).fill(1), 2);
    expect(await ends(mu, null)).toEqual([]);
    const analysis = await analyze({ name: "equal", codes: { mu }, decode: decodeBars }, quick);
    expect(made(analysis).map(({ id }) => id)).not.toContain("ways");
  });
});
