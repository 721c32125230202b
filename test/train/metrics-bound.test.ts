import { DataError, UsageError } from "@vaekit/infer";
import { logSumExp } from "@vaekit/latent";
import { describe, expect, it } from "vitest";
import { estimateMean, studentQuantile } from "../../packages/latent/src/describe/interval.ts";
import { type ImportanceBound, ImportanceBounds } from "../../packages/train/src/metrics/importance-bound.ts";
import { LogSums } from "../../packages/train/src/metrics/log-sums.ts";
import { normal } from "./metrics-draws.ts";

// Expected values: test/oracles/metrics.py (SciPy 1.17.1's logsumexp, sem and t, Astropy 8.0.2's jackknife_stats).

const [examples, draws] = [5, 12];
/** ln w [examples, draws] */
const weights = normal(1, examples * draws).map((value) => -90 + 6 * value);

/** Feed [examples, draws] in blocks of so many examples and draws. */
function bounds(
  logWeights: Float64Array,
  samples: readonly number[],
  { rows = examples, block = 5, of = draws } = {},
): ImportanceBound[] {
  const accumulator = new ImportanceBounds({ examples: logWeights.length / of, draws: of, samples });
  const count = logWeights.length / of;
  for (let first = 0; first < count; first += rows) {
    const some = Math.min(rows, count - first);
    for (let draw = 0; draw < of; draw += block) {
      const width = Math.min(block, of - draw);
      accumulator.add(
        first,
        some,
        Float64Array.from(
          { length: width * some },
          (_, i) => logWeights[(first + (i % some)) * of + draw + Math.floor(i / some)]!,
        ),
      );
    }
  }
  return accumulator.result();
}

describe("ln sum exp", () => {
  it.each([
    { values: [0, 0], sum: Math.LN2 },
    { values: [1000, 1000, 1000, 1000], sum: 1000 + Math.log(4) },
    { values: [-1e4, -1e4 + Math.LN2], sum: -1e4 + Math.log(3) },
    { values: [-Infinity, 3], sum: 3 },
    { values: [3, -Infinity], sum: 3 },
    { values: [-Infinity, -Infinity], sum: -Infinity },
  ])("of $values, all there or one after another", ({ values, sum }) => {
    expect(logSumExp(values)).toBeCloseTo(sum, 10);
    expect(logSumExp([1e5, ...values], 0)).toBeCloseTo(sum, 10);
    const running = new LogSums(1);
    for (const value of values) running.add(0, value);
    expect(running.value(0)).toBeCloseTo(sum, 10);
  });
});

describe("intervals", () => {
  it("Student's quantiles are SciPy's", () => {
    expect([1, 5, 20].map(studentQuantile)).toBeAllClose(
      [12.706204736174694, 2.5705818356363146, 2.085963447265864],
      { rtol: 1e-11 },
    );
    expect([21, 30, 100, 5000].map(studentQuantile)).toBeAllClose(
      [2.0796138447276795, 2.0422724563012378, 1.9839715185235518, 1.9604385517065073],
      { rtol: 1e-6 },
    );
  });

  it("of a mean is SciPy's t interval", () => {
    const { value, standardError, low, high } = estimateMean(normal(3, 7));
    expect([value, standardError, low, high]).toBeAllClose(
      [-0.11778951931021761, 0.31366468962599253, -0.8852993656417701, 0.6497203270213349],
      { rtol: 1e-11 },
    );
  });

  it("of one value is unknown", () => {
    expect(estimateMean([3])).toEqual({ value: 3, standardError: NaN, low: NaN, high: NaN });
  });
});

describe("importance-weighted bounds", () => {
  const expected = [
    {
      samples: 1,
      groups: 12,
      each: [
        -92.79821192753805, -89.9494201175627, -87.1464411429684, -89.87003789328674, -91.65255142249741,
      ],
      mean: -90.28333250077067,
      overExamples: 0.9571252867227429,
      overNoise: 0.7854081590223758,
    },
    {
      samples: 4,
      groups: 3,
      each: [
        -85.84649006425593, -86.63642451712862, -79.85047859147055, -84.50611026725947, -87.55589623637555,
      ],
      mean: -84.87907993529802,
      overExamples: 1.3530599708629756,
      overNoise: 1.1374357975285525,
    },
    {
      samples: 5,
      groups: 2,
      each: [
        -87.45944590749488, -83.48560284143659, -78.17620545716551, -85.56912904687721, -86.08279982666151,
      ],
      mean: -84.15463661592715,
      overExamples: 1.6252632397482263,
      overNoise: 1.4809689264354682,
    },
    {
      samples: 12,
      groups: 1,
      each: [
        -82.19724276621969, -83.42885360611531, -74.82792197856844, -83.75351324816829, -86.00940342982561,
      ],
      mean: -82.04338700577946,
      overExamples: 1.9060422725543482,
      overNoise: 1.6737862025109405,
    },
  ];
  const ks = expected.map(({ samples }) => samples);

  it.each([
    { rows: 5, block: 12 },
    { rows: 2, block: 5 },
    { rows: 1, block: 1 },
  ])(
    "are SciPy's means of ln mean w over disjoint groups, in blocks of $rows examples, $block draws",
    (cut) => {
      for (const [i, bound] of bounds(weights, ks, cut).entries()) {
        const { samples, groups, each, mean, overExamples, overNoise } = expected[i]!;
        expect(bound).toMatchObject({ samples, groups, examples });
        expect(bound.perExample).toBeAllClose(each, { rtol: 1e-12 });
        const all = [bound.overExamples.value, bound.overNoise!.value];
        expect(all).toBeAllClose([mean, mean], { rtol: 1e-12 });
        expect(bound.overExamples.standardError).toBeCloseTo(overExamples, 9);
        expect(bound.overNoise!.standardError).toBeCloseTo(overNoise, 9);
      }
    },
  );

  it("have the jackknife's error over 20 blocks where there is one group of more weights", () => {
    const [bound] = bounds(weights, [60], { of: 60, rows: 1 });
    expect(bound!.overNoise!.standardError).toBeCloseTo(6.402252671268189, 9);
    expect(bound!.protocol).toContain("1 disjoint group of K = 60");
    expect(bound!.protocol).toContain("jackknife over 20 blocks");
  });

  // ln w ~ N(-s^2/2, s^2): E w = 1, and the mean over examples varies with the draws alone.
  it.each([
    { samples: 1, of: 30 },
    { samples: 10, of: 30 },
    { samples: 12, of: 12 },
    { samples: 30, of: 30 },
  ])(
    "have an error over noise that is the spread between repeats (K = $samples of $of)",
    ({ samples, of }) => {
      const [count, repeats] = [40, 200];
      const values: number[] = [];
      let squared = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const logWeights = normal(1000 + repeat, count * of).map((value) => 0.5 * value - 0.125);
        const [bound] = bounds(logWeights, [samples], { rows: count, block: of, of });
        values.push(bound!.overExamples.value);
        squared += bound!.overNoise!.standardError ** 2 / repeats;
      }
      const spread = estimateMean(values).standardError * Math.sqrt(repeats);
      // 200 repeats know a standard deviation to 5 %.
      expect(Math.sqrt(squared) / spread).toBeGreaterThan(0.85);
      expect(Math.sqrt(squared) / spread).toBeLessThan(1.15);
    },
  );

  it("rise with K towards ln p(x)", () => {
    const of = 2000;
    const logWeights = normal(5, 20 * of).map((value) => value - 0.5);
    const [one, ten, many] = bounds(logWeights, [1, 10, of], { rows: 20, block: of, of });
    expect(one!.overExamples.value).toBeCloseTo(-0.5, 1);
    expect(ten!.overExamples.value).toBeGreaterThan(one!.overExamples.value + 0.3);
    expect(many!.overExamples.value).toBeGreaterThan(ten!.overExamples.value);
    const { low, high } = many!.overNoise!;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  it("do without a weight of 0, and know no noise from one draw", () => {
    const [two] = bounds(Float64Array.of(-Infinity, Math.log(3)), [2], { of: 2, rows: 1 });
    expect(two!.overExamples.value).toBeCloseTo(Math.log(1.5), 10);
    const [one] = bounds(Float64Array.of(-3, -5), [1], { of: 1, rows: 2 });
    expect(one).toMatchObject({ overNoise: null, overExamples: { value: -4, standardError: 1 } });
    expect(one!.protocol).toContain("one draw says nothing about noise");
  });

  it("refuse what they cannot be", () => {
    const make = (samples: number[], of = 10) => new ImportanceBounds({ examples: 2, draws: of, samples });
    for (const k of [0, -1, 1.5, Number.NaN]) {
      expect(() => make([k])).toThrow(UsageError);
      expect(() => make([k])).toThrow(`samples K must be a whole number from 1, got ${k}`);
    }
    expect(() => make([11])).toThrow("K = 11 importance samples need as many draws, got 10");
    expect(() => make([])).toThrow("at least one K");
    const open = make([10]);
    expect(() => open.add(0, 2, [0, NaN])).toThrow(DataError);
    expect(() => make([10]).add(0, 2, [0, 0, 0, NaN])).toThrow("log weights: example 1, draw 1 is NaN");
    expect(() => make([10]).add(1, 2, [0, 0])).toThrow("2 values for examples 1 to 2 of 2");
    expect(() => make([1], 1).add(0, 1, [0, 0])).toThrow("example 0 has more than 1 draws");
    const short = make([10]);
    short.add(0, 1, new Float32Array(10));
    expect(() => short.result()).toThrow("example 1 has 0 of 10 draws");
  });
});
