import { DataError, UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { activeUnits } from "../../packages/train/src/metrics/active-units.ts";
import { aggregatedPosterior } from "../../packages/train/src/metrics/aggregated-posterior.ts";
import type { Estimate } from "../../packages/train/src/metrics/interval.ts";
import { latentKl } from "../../packages/train/src/metrics/latent-kl.ts";
import type { Matrix } from "../../packages/train/src/metrics/matrix.ts";
import { squaredMmd } from "../../packages/train/src/metrics/mmd.ts";
import {
  bitsPerDimension,
  ReconstructionError,
} from "../../packages/train/src/metrics/reconstruction-error.ts";
import { wassersteinPerDimension } from "../../packages/train/src/metrics/wasserstein.ts";
import { columns, matrix, normal } from "./metrics-draws.ts";

// Expected values without a formula: test/oracles/metrics.py (NumPy, SciPy 1.17.1, PyTorch 2.15.0).

const scales = [1, 0.3, 0.05];
const mu = matrix(
  normal(11, 120).map((value, i) => value * scales[i % 3]!),
  3,
);
const logvar = matrix(
  normal(12, 120).map((value) => -1 + 0.7 * value),
  3,
);
const draw = (means: Matrix, lnVar: Matrix, seed: number) =>
  matrix(
    normal(seed, means.values.length).map(
      (eps, i) => means.values[i]! + Math.exp(lnVar.values[i]! / 2) * eps,
    ),
    means.columns,
  );
const z = draw(mu, logvar, 13);

describe("active units", () => {
  it("are the dimensions whose posterior mean has a variance above 0.01 (NumPy's cov)", () => {
    const { variance, active, count, protocol } = activeUnits(mu);
    expect(variance).toBeAllClose([1.083619199760877, 0.07642703904116682, 0.00226260228201739], {
      rtol: 1e-12,
    });
    expect({ active, count }).toEqual({ active: [true, true, false], count: 2 });
    expect(activeUnits(mu, 0.1).count).toBe(1);
    expect(protocol).toBe("variance of the posterior mean over 40 examples above 0.01");
  });

  it("are none where every mean is the same, wherever it lies", () => {
    expect(activeUnits(matrix(new Float32Array(30).fill(1000), 3)).count).toBe(0);
  });

  it("refuse one example, values that are not finite, and sizes that do not fit", () => {
    expect(() => activeUnits(matrix(Float64Array.of(1, 2), 2))).toThrow(UsageError);
    expect(() => activeUnits(matrix(Float64Array.of(1, 2, 3, NaN), 2))).toThrow("mu: row 1, column 1 is NaN");
    expect(() => activeUnits({ values: new Float32Array(5), rows: 2, columns: 2 })).toThrow(DataError);
  });
});

describe("KL per dimension", () => {
  it("is the mean of torch's kl_divergence", () => {
    const kl = latentKl(mu, logvar);
    const expected = [0.818831739163341, 0.2672379780995796, 0.20790342545254417];
    expect(kl.perDimension).toBeAllClose(expected, { rtol: 1e-12 });
    expect(kl.total).toBeCloseTo(expected[0]! + expected[1]! + expected[2]!, 12);
    expect(kl).toMatchObject({ order: [0, 1, 2], dimensionsFor99: 3 });
  });

  it("is 0 at the prior, and says how many dimensions hold it", () => {
    const prior = latentKl(matrix(new Float32Array(8), 4), matrix(new Float32Array(8), 4));
    expect(prior).toMatchObject({ total: 0, dimensionsFor99: 0 });
    const one = latentKl(matrix(Float32Array.of(0, 0.01, 4, 0), 4), matrix(new Float32Array(4), 4));
    expect(one).toMatchObject({ dimensionsFor99: 1, order: [2, 1, 0, 3] });
  });
});

describe("aggregated posterior", () => {
  it("gives SciPy's information, marginal KL, total correlation and dimension-wise KL", () => {
    const found = aggregatedPosterior({ mu, logvar, z });
    const values = (estimate: Estimate | null) => [estimate!.value, estimate!.standardError];
    const expected = {
      mutualInformation: [1.025737407388688, 0.14389877681833863],
      marginalKl: [0.34236647536741016, 0.1426964956405719],
      averageKl: [1.3681038827560983, 0.24386069315916012],
      totalCorrelation: [-0.03144552367282695, 0.03088964769544074],
      dimensionwiseKl: [0.3738119990402371, 0.14975449797666632],
    };
    for (const [name, pair] of Object.entries(expected)) {
      expect(values(found[name as keyof typeof expected]), name).toBeAllClose(pair, { rtol: 1e-11 });
    }
    expect(found.klPerDimension).toBeAllClose(
      [0.1552962233629263, 0.15274562353880172, 0.06577015213850909],
      {
        rtol: 1e-11,
      },
    );
    expect(found.mutualInformationUpper).toBeCloseTo(1.1887382849805574, 11);
    expect(found).toMatchObject({ examples: 40, mutualInformationLimit: Math.log(40), saturated: false });
  });

  it("adds up: average KL = information + total correlation + dimension-wise KL", () => {
    const { averageKl, mutualInformation, totalCorrelation, dimensionwiseKl, klPerDimension } =
      aggregatedPosterior({ mu, logvar, z });
    const sum = mutualInformation.value + totalCorrelation.value + dimensionwiseKl!.value;
    expect(sum).toBeCloseTo(averageKl.value, 12);
    expect(klPerDimension!.reduce((total, value) => total + value, 0)).toBeCloseTo(
      dimensionwiseKl!.value,
      12,
    );
  });

  // mu ~ N(0, S), q(z|x) = N(mu, s^2 I): q(z) = N(0, C), C = S + s^2 I; everything is known.
  it("finds the closed forms of a linear Gaussian model", () => {
    const count = 1500;
    const [s2, correlation] = [0.25, 0.8];
    const [a, b] = [normal(61, count), normal(62, count)];
    const means = columns(
      a,
      b.map((value, i) => correlation * a[i]! + Math.sqrt(1 - correlation ** 2) * value),
    );
    const lnVar = matrix(new Float64Array(2 * count).fill(Math.log(s2)), 2);
    const found = aggregatedPosterior({ mu: means, logvar: lnVar, z: draw(means, lnVar, 63) });
    const determinant = (1 + s2) ** 2 - correlation ** 2;
    const information = 0.5 * Math.log(determinant / s2 ** 2);
    const total = 0.5 * Math.log((1 + s2) ** 2 / determinant);
    const dimension = 0.5 * (1 + s2 - 1 - Math.log(1 + s2));
    const near = (estimate: Estimate, exact: number) =>
      expect(Math.abs(estimate.value - exact), `${exact}`).toBeLessThan(3 * estimate.standardError);
    near(found.mutualInformation, information);
    expect(found.mutualInformationUpper).toBeGreaterThan(found.mutualInformation.value);
    expect(found.mutualInformationUpper - information).toBeLessThan(0.1);
    near(found.totalCorrelation, total);
    near(found.dimensionwiseKl!, 2 * dimension);
    near(found.marginalKl, total + 2 * dimension);
    for (const { standardError } of [found.mutualInformation, found.totalCorrelation]) {
      expect(standardError).toBeLessThan(0.05);
    }
  });

  // mu ~ N(0, (1 - s^2) I), q(z|x) = N(mu, s^2 I): q(z) is N(0, I), and information is -latent ln s.
  it.each([0.5, 2, 4.6, 5.5, 6.5])(
    "has the truth within its intervals where q(z) is the prior: %d nats of information",
    (information) => {
      const [count, latent] = [1000, 4];
      const s = Math.exp(-information / latent);
      const means = matrix(
        normal(65, count * latent).map((value) => Math.sqrt(1 - s ** 2) * value),
        latent,
      );
      const lnVar = matrix(new Float64Array(count * latent).fill(2 * Math.log(s)), latent);
      const found = aggregatedPosterior({ mu: means, logvar: lnVar, z: draw(means, lnVar, 66) });
      expect(found.mutualInformation.low).toBeLessThan(information);
      expect(found.mutualInformationUpper).toBeGreaterThan(information - 3 * found.averageKl.standardError);
      for (const name of ["marginalKl", "totalCorrelation", "dimensionwiseKl"] as const) {
        const { low, value, high } = found[name]!;
        expect(low, name).toBeLessThanOrEqual(0);
        expect(high, name).toBeGreaterThan(0);
        // Below 0 by noise alone.
        if (value > 0.5) expect(low, name).toBe(0);
      }
    },
  );

  it("has a low end above 0 for a KL that is there, and the truth above it", () => {
    const count = 1000;
    const s = 0.1;
    const means = matrix(
      normal(67, count).map((value) => 3 + value),
      1,
    );
    const lnVar = matrix(new Float64Array(count).fill(2 * Math.log(s)), 1);
    const { marginalKl } = aggregatedPosterior({ mu: means, logvar: lnVar, z: draw(means, lnVar, 68) });
    const truth = 0.5 * (9 + 1 + s ** 2 - 1 - Math.log(1 + s ** 2));
    expect(marginalKl.low).toBeGreaterThan(4);
    expect(marginalKl.low).toBeLessThan(truth);
    expect(marginalKl.high).toBeGreaterThan(truth);
  });

  it("knows no information where all posteriors are alike, and ln N where none overlap", () => {
    const alike = matrix(new Float64Array(60), 2);
    const none = aggregatedPosterior({ mu: alike, logvar: alike, z: draw(alike, alike, 71) });
    for (const term of ["mutualInformation", "marginalKl", "totalCorrelation", "dimensionwiseKl"] as const) {
      expect(none[term]!.value, term).toBeCloseTo(0, 12);
    }
    expect(none.mutualInformationUpper).toBeCloseTo(0, 12);
    const apart = matrix(
      Float64Array.from({ length: 60 }, (_, i) => 1000 * i),
      2,
    );
    const narrow = matrix(new Float64Array(60).fill(-8), 2);
    const all = aggregatedPosterior({ mu: apart, logvar: narrow, z: draw(apart, narrow, 72) });
    expect(all.mutualInformation.value).toBeCloseTo(Math.log(30), 12);
    expect(all).toMatchObject({ mutualInformationLimit: Math.log(30), saturated: true });
    expect(all.mutualInformationUpper).toBe(all.averageKl.value);
  });

  it("takes the densities of another prior, for which it has no dimension-wise KL", () => {
    const standard = aggregatedPosterior({ mu, logvar, z });
    const logPrior = new Float64Array(40);
    for (const [i, value] of z.values.entries()) {
      logPrior[Math.floor(i / 3)]! -= 0.5 * (value ** 2 + Math.log(2 * Math.PI));
    }
    const own = aggregatedPosterior({ mu, logvar, z, logPrior });
    expect(own.marginalKl.value).toBeCloseTo(standard.marginalKl.value, 12);
    expect(own).toMatchObject({ dimensionwiseKl: null, klPerDimension: null });
    const shifted = aggregatedPosterior({ mu, logvar, z, logPrior: logPrior.map((value) => value - 1) });
    expect(shifted.averageKl.value).toBeCloseTo(standard.averageKl.value + 1, 12);
  });

  it("takes evenly spaced rows beyond its limit, and says so", () => {
    const found = aggregatedPosterior({ mu, logvar, z }, 10);
    const every = (m: Matrix) =>
      matrix(
        m.values.filter((_, i) => Math.floor(i / 3) % 4 === 0),
        3,
      );
    const same = aggregatedPosterior({ mu: every(mu), logvar: every(logvar), z: every(z) });
    expect(found.mutualInformation).toEqual(same.mutualInformation);
    expect(found.examples).toBe(10);
    expect(found.protocol).toContain("10 evenly spaced of 40 examples");
  });

  it("refuses sizes that differ", () => {
    const other = matrix(new Float32Array(10), 2);
    expect(() => aggregatedPosterior({ mu, logvar: other, z })).toThrow(
      "mu is [40, 3], logvar is [5, 2]; they must be alike",
    );
    expect(() => aggregatedPosterior({ mu, logvar, z, logPrior: new Float32Array(3) })).toThrow(DataError);
    expect(() => aggregatedPosterior({ mu, logvar, z }, 1)).toThrow(UsageError);
  });
});

describe("distance to the prior", () => {
  const x = matrix(normal(21, 120), 4);
  const y = matrix(
    normal(22, 120).map((value) => 0.5 + 1.3 * value),
    4,
  );

  it.each([
    { options: {}, expected: [0.0854292513715249, 0.01288110090365728] },
    { options: { kernel: "rbf" }, expected: [0.11594503846650106, 0.0173592123003795] },
    { options: { kernel: "rbf", scale: 1.5 }, expected: [0.08704016502217399, 0.0137923550253228] },
  ] as const)("squared MMD and its null deviation are torch's, $options", ({ options, expected }) => {
    const { value, nullDeviation, samples } = squaredMmd(x, y, options);
    expect([value, nullDeviation]).toBeAllClose(expected, { rtol: 1e-11 });
    expect(samples).toBe(30);
  });

  it.each(["imq", "rbf"] as const)(
    "%s: unbiased and as spread as it says where both are the same",
    (kernel) => {
      const repeats = 200;
      const found = Array.from({ length: repeats }, (_, i) =>
        squaredMmd(matrix(normal(2000 + i, 80), 2), matrix(normal(3000 + i, 80), 2), { kernel }),
      );
      const mean = found.reduce((sum, { value }) => sum + value, 0) / repeats;
      const spread = Math.sqrt(
        found.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (repeats - 1),
      );
      const said = Math.sqrt(found.reduce((sum, { nullDeviation }) => sum + nullDeviation ** 2, 0) / repeats);
      expect(Math.abs(mean)).toBeLessThan((3 * spread) / Math.sqrt(repeats));
      // 200 repeats know a standard deviation to 5 %, more where its tail is long.
      expect(said / spread).toBeGreaterThan(0.8);
      expect(said / spread).toBeLessThan(1.25);
    },
  );

  it("states kernel and samples, and refuses what is no sample", () => {
    expect(squaredMmd(x, y, { most: 10 })).toMatchObject({
      samples: 10,
      protocol: "unbiased squared MMD, imq kernel, C = 8, 10 samples of each",
    });
    expect(() => squaredMmd(x, z)).toThrow("x is [30, 4], y is [40, 3]");
    expect(() => squaredMmd(x, y, { scale: 0 })).toThrow("scale must be positive, got 0");
    expect(() => squaredMmd(matrix(new Float32Array(4), 4), matrix(new Float32Array(4), 4))).toThrow(
      UsageError,
    );
  });

  it("Wasserstein per dimension is SciPy's", () => {
    const expected = [0.7889178217225169, 0.4005364039082626, 1.0940499113715183, 0.5060011747027728];
    expect(wassersteinPerDimension(x, y)).toBeAllClose(expected, { rtol: 1e-12 });
    expect(wassersteinPerDimension(x, x)).toEqual(new Float64Array(4));
  });
});

describe("reconstruction error", () => {
  it("is the mean over all elements that came, on the scale of the range", () => {
    const error = new ReconstructionError(255);
    error.add(Uint8Array.of(0, 255), Float32Array.of(0, 204));
    error.add(Uint8Array.of(51), Float32Array.of(102));
    const { meanSquared, meanAbsolute, elements } = error.result();
    expect([meanSquared, meanAbsolute]).toBeAllClose([0.08 / 3, 0.4 / 3], { rtol: 1e-12 });
    expect(elements).toBe(3);
  });

  it("refuses lengths that differ, values that are not finite, and nothing at all", () => {
    expect(() => new ReconstructionError().add([1], [1, 2])).toThrow("2 values for 1 of the data");
    expect(() => new ReconstructionError().add([1], [NaN])).toThrow(DataError);
    expect(() => new ReconstructionError().result()).toThrow("no values were compared");
  });

  it("bits per dimension: a uniform density over 256 grey values costs 8 bits, in either unit", () => {
    const features = 784;
    expect(bitsPerDimension(features * Math.log(1 / 256), features)).toBeCloseTo(8, 12);
    expect(bitsPerDimension(0, features, 256)).toBe(8);
    expect(bitsPerDimension(-features * Math.LN2, features)).toBeCloseTo(1, 12);
    expect(() => bitsPerDimension(-1, 0)).toThrow(UsageError);
  });
});
