import { DataError, UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { weightedConcentration } from "../../packages/train/src/metrics/concentration.ts";
import { dci } from "../../packages/train/src/metrics/dci.ts";
import {
  classNumbers,
  discreteEntropy,
  discreteInformation,
  histogramBins,
} from "../../packages/train/src/metrics/discrete-information.ts";
import type { FactorKind, Factors } from "../../packages/train/src/metrics/factors.ts";
import { largestAlpha, lasso } from "../../packages/train/src/metrics/lasso.ts";
import { gramOf } from "../../packages/train/src/metrics/lasso-path.ts";
import { fitClassifier } from "../../packages/train/src/metrics/linear-svc.ts";
import { columnOf, type Matrix } from "../../packages/train/src/metrics/matrix.ts";
import { mig } from "../../packages/train/src/metrics/mig.ts";
import { sap } from "../../packages/train/src/metrics/sap.ts";
import { columns, matrix, normal, uniform } from "./metrics-draws.ts";

// Expected values without a formula: test/oracles/metrics.py (scikit-learn 1.9.1, SciPy 1.17.1).

const count = 300;
const codes = matrix(normal(41, count * 4), 4);
for (let i = 0; i < count; i++) {
  codes.values[4 * i + 2] = 0.7 * codes.values[4 * i]! + 0.3 * codes.values[4 * i + 2]!;
}
const [noise, jitter] = [normal(42, count), normal(43, count)];
const continuous = noise.map(
  (value, i) => 2 * codes.values[4 * i]! - 0.5 * codes.values[4 * i + 3]! + 0.3 * value,
);
const discrete = jitter.map((value, i) => {
  const at = codes.values[4 * i + 1]! + 0.4 * value;
  return Number(at >= -0.5) + Number(at >= 0.4);
});
const named = (values: Matrix, kinds?: FactorKind[]): Factors => ({
  ...values,
  names: Array.from({ length: values.columns }, (_, j) => "abcdef"[j]!),
  kinds,
});
const factors = named(columns(continuous, discrete));

/** Every combination of the levels 0, 1, ..., so that factors are independent in counts, not only on average. */
function grid(...levels: readonly number[]): Matrix {
  const rows = levels.reduce((product, level) => product * level, 1);
  let repeat = 1;
  const parts = levels.map((level) => {
    const part = Float64Array.from({ length: rows }, (_, i) => Math.floor(i / repeat) % level);
    repeat *= level;
    return part;
  });
  return columns(...parts);
}
const full = grid(4, 5, 3, 6);
/** The factors of `full` in another order, scaled and shifted, and a dimension that says nothing. */
const ideal = columns(
  columnOf(full, 2).map((value) => 3 - 5 * value),
  columnOf(full, 0).map((value) => 0.1 * value),
  new Float64Array(full.rows),
  columnOf(full, 3),
  columnOf(full, 1).map((value) => 7 * value),
);
const allContinuous: FactorKind[] = ["continuous", "continuous", "continuous", "continuous"];
const random = matrix(normal(81, 3000 * 5), 5);
const unrelated = named(
  columns(
    uniform(82, 3000),
    uniform(83, 3000).map((value) => Math.floor(3 * value)),
    normal(84, 3000),
  ),
);

describe("counted information", () => {
  const a = normal(31, 500);
  const b = normal(32, 500).map((value, i) => 0.6 * a[i]! + 0.8 * value);
  const [binsA, binsB] = [histogramBins(a, 20), histogramBins(b, 20)];

  it("bins as numpy.histogram does", () => {
    const counts = new Array(20).fill(0);
    for (const bin of binsA) counts[bin]++;
    expect(counts).toEqual([1, 1, 3, 5, 12, 28, 37, 41, 50, 57, 58, 63, 49, 30, 25, 22, 9, 6, 1, 2]);
    expect([...histogramBins(Float64Array.of(0, 1, 2, 3, 4), 4)]).toEqual([0, 1, 2, 3, 3]);
    expect([...histogramBins(Float64Array.of(7, 7), 4)]).toEqual([0, 0]);
  });

  it("is scikit-learn's mutual_info_score, the entropy SciPy's", () => {
    expect(discreteInformation(binsA, binsB)).toBeCloseTo(0.39746802176796925, 12);
    expect(discreteInformation(binsB, binsA)).toBeCloseTo(0.39746802176796925, 12);
    expect(discreteEntropy(binsA)).toBeCloseTo(2.5825598525202462, 12);
    expect(discreteEntropy(binsB)).toBeCloseTo(2.6062729588189333, 12);
  });
});

describe("MIG", () => {
  it("is that of scikit-learn's mutual information", () => {
    const { value, perFactor, information, protocol } = mig(codes, factors);
    const expected = [
      1.3644409568032003, 0.08407254551983817, 0.4442397771411004, 0.6385921960541723, 1.014229849973639,
      0.05321211557188965, 0.45660594969196, 0.09944889587946568,
    ];
    expect(information).toBeAllClose(expected, { rtol: 1e-12 });
    expect([...perFactor.map((factor) => factor.value), value]).toBeAllClose(
      [0.13518725653366148, 0.49208537907158756, 0.3136363178026245],
      { rtol: 1e-11 },
    );
    expect(perFactor.map(({ dimension }) => dimension)).toEqual([0, 1]);
    expect(protocol).toBe(
      "300 examples, codes and continuous factors in 20 equal-width bins; a (continuous), b (discrete)",
    );
  });

  it("is 1 for the factors themselves, in any order and scale, and 0 where each is there twice", () => {
    const { value, perFactor } = mig(ideal, named(full));
    expect(value).toBeCloseTo(1, 12);
    expect(perFactor.map(({ dimension }) => dimension)).toEqual([1, 4, 0, 3]);
    const twice = columns(...[0, 1, 2, 3, 0, 1, 2, 3].map((j) => columnOf(full, j)));
    expect(mig(twice, named(full)).value).toBeCloseTo(0, 12);
  });

  it("is about 0 for codes that know nothing", () => {
    expect(mig(random, unrelated).value).toBeLessThan(0.01);
  });
});

describe("SAP", () => {
  it("has scikit-learn's R^2 for continuous factors", () => {
    const { scores } = sap(codes, named(matrix(continuous, 1)));
    expect(scores).toBeAllClose(
      [0.9305867672171021, 8.341631171604469e-4, 0.8194900345585517, 0.06021544268791268],
      { rtol: 1e-9 },
    );
  });

  const three = Int32Array.from(discrete);
  it.each([
    {
      labels: three,
      column: 1,
      weights: [-0.7203698311207586, -0.02847129085688064, 0.688344471857908],
      intercepts: [-0.3420417600322242, -0.2949220935328443, -0.2982741945547238],
      accuracy: 0.6766666666666666,
    },
    {
      labels: three,
      column: 3,
      weights: [-0.03405613963517692, 0.14607915874469665, -0.1030232831778183],
      intercepts: [-0.29851625422803924, -0.293133607944837, -0.26421181275302497],
      accuracy: 0.39666666666666667,
    },
    {
      labels: three.map((label) => Number(label > 0)),
      column: 1,
      weights: [0.7573492818796957],
      intercepts: [0.17683196567704887],
      accuracy: 0.8733333333333333,
    },
    {
      labels: three.map((label) => Number(label > 0)),
      column: 3,
      weights: [0.03960143489166464],
      intercepts: [0.00138305016537864],
      accuracy: 0.5166666666666667,
    },
  ])("has scikit-learn's LinearSVC (column $column, $weights.length lines)", (expected) => {
    const { labels, column, weights, intercepts, accuracy } = expected;
    const x = columnOf(codes, column);
    const { lines, predict } = fitClassifier(x, labels, Math.max(...labels) + 1, 0.01);
    expect(lines.map(({ weight }) => weight)).toBeAllClose(weights, { rtol: 1e-9 });
    expect(lines.map(({ intercept }) => intercept)).toBeAllClose(intercepts, { rtol: 1e-9 });
    const right = x.filter((at, i) => predict(at) === labels[i]);
    expect(right.length / count).toBeCloseTo(accuracy, 12);
  });

  it("is 1 for continuous factors themselves, and 0 where each is there twice", () => {
    const { value, perFactor } = sap(ideal, named(full, allContinuous));
    expect(value).toBeCloseTo(1, 12);
    expect(perFactor.map(({ dimension }) => dimension)).toEqual([1, 4, 0, 3]);
    const twice = columns(...[0, 1, 2, 3, 0, 1, 2, 3].map((j) => columnOf(full, j)));
    expect(sap(twice, named(full)).value).toBeCloseTo(0, 12);
  });

  it("is accuracy less the guess for a class of two that one dimension parts", () => {
    const side = normal(91, 2000);
    const { scores, value, protocol } = sap(
      columns(side, normal(92, 2000)),
      named(
        matrix(
          side.map((at) => Number(at > 0)),
          1,
        ),
      ),
    );
    expect(scores[0]).toBeGreaterThan(0.98);
    expect(Math.abs(scores[1]! - 0.5)).toBeLessThan(0.06);
    expect(value).toBe(scores[0]! - scores[1]!);
    expect(protocol).toContain("on 666 held out by seed 0; a (discrete)");
  });

  it("is about 0 for codes that know nothing", () => {
    expect(sap(random, unrelated).value).toBeLessThan(0.02);
  });

  it("refuses a class that is not in the examples it learns from", () => {
    const rare = named(matrix(Float64Array.of(0, 1, 2, 3), 1));
    expect(() => sap(matrix(new Float64Array(8), 2), rare)).toThrow(UsageError);
  });
});

describe("DCI", () => {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = (values: Float64Array) => values.map((value) => value - mean(values));
  const centred = columns(...[0, 1, 2, 3].map((j) => centre(columnOf(codes, j))));
  const y = centre(continuous);
  const moment = Float64Array.from({ length: 4 }, (_, j) =>
    mean(columnOf(centred, j).map((x, i) => x * y[i]!)),
  );

  it.each([
    { alpha: 0.01, expected: [1.9930820134549836, 0.00981320885140077, 0, -0.4892560662702346] },
    { alpha: 0.1, expected: [1.904618410377728, 0, 0, -0.3904028778117688] },
    { alpha: 0.5, expected: [1.509918261408141, 0, 0, 0] },
  ])("has scikit-learn's Lasso at alpha $alpha, from any start", ({ alpha, expected }) => {
    const moments = { gram: gramOf(centred), moment };
    expect(lasso(moments, alpha)).toBeAllClose(expected, { rtol: 1e-9 });
    expect(lasso(moments, alpha, Float64Array.of(-3, 2, 5, 1))).toBeAllClose(expected, { rtol: 1e-9 });
    expect(lasso(moments, largestAlpha(moment))).toBeAllClose([0, 0, 0, 0]);
  });

  it("weighs as disentanglement_lib does (SciPy's entropy)", () => {
    const importance = uniform(51, 12);
    importance.set([0, 0.8, 0], 6);
    const rows = [0, 3, 6, 9].map((start) => importance.subarray(start, start + 3));
    expect(weightedConcentration(rows)).toBeCloseTo(0.1702363803885651, 12);
    const across = [0, 1, 2].map((j) => rows.map((row) => row[j]!));
    expect(weightedConcentration(across)).toBeCloseTo(0.1358896527428267, 12);
  });

  it("is 1, 1, 1 for the factors themselves", () => {
    const found = dci(ideal, named(full, allContinuous));
    const { disentanglement, completeness, informativeness } = found;
    expect([disentanglement, completeness, informativeness]).toBeAllClose([1, 1, 1], { atol: 1e-5 });
    expect([...found.importance].map((value) => Math.round(value))).toEqual([
      0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0,
    ]);
    for (const factor of found.perFactor) expect(factor.nrmse).toBeLessThan(0.01);
  });

  it("is informative but nothing else where codes are factors turned by 45 degrees", () => {
    const [a, b] = [normal(101, 4000), normal(102, 4000)];
    const turned = columns(
      a.map((value, i) => value + b[i]!),
      a.map((value, i) => value - b[i]!),
    );
    const { disentanglement, completeness, informativeness } = dci(turned, named(columns(a, b)));
    expect(informativeness).toBeGreaterThan(0.999);
    expect(disentanglement).toBeLessThan(0.01);
    expect(completeness).toBeLessThan(0.01);
  });

  it("tells a code that serves two factors from factors that need two codes", () => {
    const a = normal(111, 4000);
    const b = normal(112, 4000);
    const shared = dci(
      columns(a, b),
      named(
        columns(
          a,
          a.map((value) => -2 * value),
          b,
        ),
      ),
    );
    // The first code serves two of three factors: 1 - ln 2 / ln 3, weighted 2/3; each factor has one code.
    expect(shared.completeness).toBeCloseTo(1, 3);
    expect(shared.disentanglement).toBeCloseTo((2 / 3) * (1 - Math.LN2 / Math.log(3)) + 1 / 3, 3);
  });

  it("has classes as columns: a class that a code marks is known fully", () => {
    const kind = uniform(121, 3000).map((value) => Math.floor(3 * value));
    const other = normal(122, 3000);
    const marks = [0, 1].map((own) => kind.map((value) => Number(value === own)));
    const found = dci(columns(...marks, other), named(columns(kind, other)));
    expect(found.perFactor[0]!.r2).toBeGreaterThan(0.999);
    expect(found.disentanglement).toBeGreaterThan(0.95);
    expect(found.perFactor[0]!.completeness).toBeLessThan(0.5);
  });

  it("has nothing to share out where codes tell nothing or are constant", () => {
    const { disentanglement, completeness, informativeness, protocol } = dci(random, unrelated);
    expect({ disentanglement, completeness }).toEqual({ disentanglement: null, completeness: null });
    expect(Math.abs(informativeness)).toBeLessThan(0.01);
    expect(protocol).toContain("0 of 3 factors predicted (R^2 at least 0.02, above 0 at 95 %)");
    const constant = dci(matrix(new Float64Array(6000).fill(3), 2), unrelated);
    expect(constant).toMatchObject({ disentanglement: null, completeness: null });
  });

  it("takes no noise of its fewest examples for structure, though some of it gets a weight", () => {
    let weighted = 0;
    for (let seed = 0; seed < 12; seed++) {
      const noisy = matrix(normal(1010 + 7919 * (seed + 40), 1000), 10);
      const found = dci(noisy, named(matrix(normal(500_005 + 104_729 * (seed + 40), 500), 5)));
      weighted += Number(found.importance.some((value) => value > 0));
      expect(found).toMatchObject({ disentanglement: null, completeness: null });
    }
    expect(weighted).toBeGreaterThan(0);
  });

  it("takes 100 examples at least, and 10 for each code", () => {
    const of = (rows: number, latent: number) => () =>
      dci(matrix(normal(1, rows * latent), latent), named(matrix(normal(2, rows * 2), 2)));
    expect(of(99, 3)).toThrow(
      new UsageError("DCI: needs at least 100 examples for 3 latent dimensions, got 99"),
    );
    expect(of(119, 12)).toThrow("DCI: needs at least 120 examples for 12 latent dimensions, got 119");
    expect(of(100, 3)).not.toThrow();
  });
});

describe("what no metric takes", () => {
  it.each([
    ["MIG", mig],
    ["SAP", sap],
    ["DCI", dci],
  ] as const)("%s refuses it", (name, metric) => {
    const constant = named(columns(continuous, new Float64Array(count).fill(2)));
    expect(() => metric(codes, constant)).toThrow(`${name}: factor b is 2 in every example`);
    const short = named(columns(continuous.subarray(1), discrete.subarray(1)));
    expect(() => metric(codes, short)).toThrow(`${name}: 300 examples have codes but 299 have factors`);
    expect(() => metric(matrix(continuous, 1), factors)).toThrow(
      `${name}: needs at least 2 latent dimensions`,
    );
    expect(() => metric(codes, { ...factors, names: ["a"] })).toThrow(DataError);
    const broken = named(
      columns(
        continuous.map((value, i) => (i === 7 ? NaN : value)),
        discrete,
      ),
    );
    expect(() => metric(codes, broken)).toThrow(`${name}: factors: row 7, column 0 is NaN`);
  });

  it("classes keep their order", () => {
    expect([...classNumbers(Float64Array.of(5, -1, 5, 2), [-1, 2, 5])]).toEqual([2, 0, 2, 1]);
  });
});
