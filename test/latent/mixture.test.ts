import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type CovarianceName,
  gaussianMixture,
  type MixtureOptions,
} from "../../packages/latent/src/cluster/mixture.js";
import {
  mixtureLogDensity,
  mixturePredict,
  mixtureResponsibilities,
} from "../../packages/latent/src/cluster/mixture-predict.js";
import { cholesky, invertLower } from "../../packages/latent/src/linear/cholesky.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import "../support/matchers.js";

interface Table {
  shape: [number, number];
  data: number[];
}
type Nested = number | Nested[];
interface Fit {
  weights: number[];
  means: number[][];
  covariances: Nested;
  iterations: number;
  converged: boolean;
  logLikelihood: number;
  bic: number;
  aic: number;
  labels: number[];
  densities: number[];
  responsibilities: number[][];
}
interface Oracle {
  points: Table;
  others: Table;
  init: Table;
  fits: Record<CovarianceName, Fit>;
  long: Record<CovarianceName, Fit>;
  best: Record<CovarianceName, number>;
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/mixture.json", import.meta.url), "utf8")) as Oracle;
const rows = ({ shape, data }: Table): Rows => rowsOf(Float32Array.from(data), shape[1]);
const flat = (value: Nested): number[] => (typeof value === "number" ? [value] : value.flatMap(flat));
const points = rows(oracle.points);
const others = rows(oracle.others);
const init = { means: rows(oracle.init) };
const kinds: CovarianceName[] = ["full", "tied", "diagonal", "spherical"];
const close = { rtol: 1e-6, atol: 1e-6 };

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

describe.each(kinds)("a mixture with %s covariance", (covariance) => {
  it.each([
    ["fits", {}],
    ["long", { tolerance: 1e-7, maxIterations: 500 }],
  ] as const)("is scikit-learn's from the same start (%s)", async (name, options) => {
    const expected = oracle[name][covariance];
    const found = await gaussianMixture(points, { components: 4, covariance, init, ...options });
    expect(found.weights).toBeAllClose(expected.weights, close);
    expect(found.means).toBeAllClose(expected.means.flat(), close);
    expect(found.covariances).toBeAllClose(flat(expected.covariances), close);
    expect(found.logLikelihood).toBeCloseTo(expected.logLikelihood, 8);
    expect(found.bic / expected.bic).toBeCloseTo(1, 8);
    expect(found.aic / expected.aic).toBeCloseTo(1, 8);
    expect(found.iterations).toBe(expected.iterations);
    expect(found.converged).toBe(expected.converged);
    expect(Array.from(found.labels)).toEqual(expected.labels);
  });

  it("gives other rows the densities and responsibilities of scikit-learn", () => {
    const { weights, means, covariances, densities, responsibilities } = oracle.fits[covariance];
    const model = {
      ...{ covariance, components: 4, latent: 3, weights },
      means: Float64Array.from(means.flat()),
      covariances: Float64Array.from(flat(covariances)),
    };
    expect(mixtureLogDensity(model, others)).toBeAllClose(densities, close);
    const found = mixtureResponsibilities(model, others);
    expect(found.shape).toEqual([20, 4]);
    expect(found.data).toBeAllClose(responsibilities.flat(), { atol: 1e-6 });
    expect(Array.from(mixturePredict(model, others))).toEqual(
      responsibilities.map((row) => row.indexOf(Math.max(...row))),
    );
  });

  it("reaches the best likelihood of scikit-learn's 20 starts", async () => {
    const fit = { components: 4, covariance, restarts: 10, tolerance: 1e-6, maxIterations: 1000 };
    const { logLikelihood } = await gaussianMixture(points, fit);
    expect(logLikelihood).toBeGreaterThan(oracle.best[covariance] - 0.02 * Math.abs(oracle.best[covariance]));
  });

  it("is the plain one when the rows' variances are 0", async () => {
    const uncertainty = rowsOf(new Float32Array(points.data.length), 3);
    const plain = await gaussianMixture(points, { components: 3, covariance });
    expect(await gaussianMixture(points, { components: 3, covariance, uncertainty })).toEqual(plain);
  });

  it("stays finite on constant columns and when all rows are equal", async () => {
    const data = noise(300, 3, 1);
    for (let row = 0; row < 300; row++) data.data[row * 3 + 1] = 1234.5;
    const { logLikelihood, means, covariances } = await gaussianMixture(data, { components: 3, covariance });
    expect([logLikelihood, ...means, ...covariances].every(Number.isFinite)).toBe(true);
    const equal = rowsOf(new Float32Array(20_000).fill(3), 2);
    const one = await gaussianMixture(equal, { components: 1, covariance });
    expect(one.means).toBeAllClose([3, 3], { atol: 1e-9 });
    expect(one.logLikelihood).toBeCloseTo(-Math.log(2 * Math.PI * 1e-6), 4);
    await expect(gaussianMixture(equal, { components: 3, covariance })).rejects.toThrow(
      /3 components need as many distinct rows, the 10000 rows have 1/,
    );
  });

  it("fits one row and one column", async () => {
    const row = await gaussianMixture(rowsOf(Float32Array.of(1, 2), 2), { components: 1, covariance });
    expect(row.weights).toEqual([1]);
    expect(Number.isFinite(row.bic)).toBe(true);
    const line = noise(400, 1, 2).data.map((value, i) => value + (i % 2) * 20);
    const column = await gaussianMixture(rowsOf(line, 1), { components: 2, covariance });
    expect(column.weights).toBeAllClose([0.5, 0.5], { atol: 1e-6 });
    expect(Array.from(column.means).sort((a, b) => a - b)).toBeAllClose([0, 20], { atol: 0.3 });
  });

  it("says to raise the regularization when a covariance is singular", async () => {
    const data = noise(50, 2, 4);
    for (let row = 0; row < 50; row++) data.data[row * 2] = 5;
    const options = { components: 2, covariance, regularization: 0 };
    if (covariance === "spherical") {
      expect(Number.isFinite((await gaussianMixture(data, options)).logLikelihood)).toBe(true);
    } else {
      await expect(gaussianMixture(data, options)).rejects.toThrow(
        /not positive definite.*Raise regularization/,
      );
    }
  });
});

describe("gaussianMixture", () => {
  it("is the same for the same seed, whatever the block", async () => {
    const data = noise(9000, 2, 1);
    const fit = { components: 3, seed: 5, restarts: 2, maxIterations: 5 };
    expect(await gaussianMixture(data, fit)).toEqual(await gaussianMixture(data, fit));
  });

  it("never loses likelihood from one iteration to the next", async () => {
    const data = noise(800, 4, 3);
    const uncertainty = rowsOf(
      noise(800, 4, 4).data.map((value) => 0.2 * value * value),
      4,
    );
    for (const covariance of kinds) {
      let before = Number.NEGATIVE_INFINITY;
      for (let maxIterations = 1; maxIterations < 12; maxIterations++) {
        const fit = { components: 3, covariance, uncertainty, maxIterations, tolerance: 0 };
        const { logLikelihood } = await gaussianMixture(data, fit);
        expect(logLikelihood).toBeGreaterThan(before - 1e-6);
        before = logLikelihood;
      }
    }
  });

  it("says what is wrong with what it is given", async () => {
    const bad = (options: MixtureOptions, of: Rows = points) => expect(gaussianMixture(of, options)).rejects;
    await bad({ components: 9 }, noise(8, 2, 0)).toThrow(
      /at least 9 rows are needed for 9 components, got 8/,
    );
    await bad({ components: 2, covariance: "diag" as never }).toThrow(
      /covariance must be one of full, tied, diagonal, spherical; got "diag"/,
    );
    await bad({ components: 2, n_init: 1 } as MixtureOptions).toThrow(/no option "n_init"/);
    await bad({ components: 2, init: { means: noise(3, 3, 0) } }).toThrow(/3 means for 2 components/);
    const far = rowsOf(Float32Array.of(0, 0, 0, 1e4, 1e4, 1e4), 3);
    await bad({ components: 2, init: { means: far } }).toThrow(/no row is nearest to row 1 of init.means/);
    const negative = rowsOf(points.data.slice().fill(-1), 3);
    await bad({ components: 2, uncertainty: negative }).toThrow(/row 0, column 0 is -1.*not logvar/s);
    await bad({ components: 2, uncertainty: noise(3, 3, 0) }).toThrow(/3 rows for 320 points/);
    const model = await gaussianMixture(points, { components: 2 });
    expect(() => mixtureLogDensity(model, noise(2, 2, 0))).toThrow(/must have 3 columns/);
    expect(() => mixturePredict({ ...model, covariance: "tied" }, points)).toThrow(
      /9 in covariances; got 2, 6 and 18/,
    );
    expect(() => mixturePredict({ ...model, covariance: "round" as never }, points)).toThrow(
      /model.covariance must be one of full, tied, diagonal, spherical; got "round"/,
    );
  });
});

describe("cholesky", () => {
  it("factors, and inverts the factor", () => {
    const size = 7;
    const { data } = noise(20, size, 6);
    const product = (a: ArrayLike<number>, b: (m: number, j: number) => number, inner: number) =>
      Float64Array.from({ length: size * size }, (_, at) => {
        let sum = 0;
        for (let m = 0; m < inner; m++) sum += a[Math.floor(at / size) * inner + m]! * b(m, at % size);
        return sum;
      });
    const transposed = Float64Array.from(
      { length: size * 20 },
      (_, at) => data[(at % 20) * size + Math.floor(at / 20)]!,
    );
    const a = product(transposed, (m, j) => data[m * size + j]!, 20);
    const l = cholesky(a, size)!;
    expect(product(l, (m, j) => l[j * size + m]!, size)).toBeAllClose(a, { atol: 1e-10 });
    const inverse = invertLower(l, size);
    const identity = Float64Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
    expect(product(inverse, (m, j) => l[m * size + j]!, size)).toBeAllClose(identity, { atol: 1e-12 });
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined();
  });
});
