import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scatterOf } from "../../packages/latent/src/linear/covariance.js";
import { symmetricEigen } from "../../packages/latent/src/linear/eigen.js";
import { type Pca, pca, pcaInverse, pcaTransform } from "../../packages/latent/src/project/pca.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import "../support/matchers.js";

interface Case {
  name: string;
  points: { shape: [number, number]; data: number[] };
  rank: number;
  mean: number[];
  components: number[][];
  explainedVariance: number[];
  explainedVarianceRatio: number[];
  singularValues: number[];
  transform: number[][];
  inverse: number[][];
  whitened: number[][];
  whitenedInverse: number[][];
}

const { cases } = JSON.parse(readFileSync(new URL("./oracles/pca.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

const head = ({ data, shape }: Rows, count: number) => rowsOf(data.slice(0, count * shape[1]!), shape[1]!);

/** The first `count` columns. */
function leading({ data, shape: [rows, columns] }: Rows, count: number): number[] {
  return Array.from(
    { length: rows! * count },
    (_, i) => data[Math.floor(i / count) * columns! + (i % count)]!,
  );
}

function expectOrthonormal({ components, count, columns }: Pca): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let c = 0; c < columns; c++)
        product += components[i * columns + c]! * components[j * columns + c]!;
      expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-9);
    }
  }
}

describe("pca", () => {
  it.each(cases)("is scikit-learn's: $name points", (expected) => {
    const { rank } = expected;
    const points = rowsOf(Float32Array.from(expected.points.data), expected.points.shape[1]);
    const model = pca(points, { components: expected.explainedVariance.length });
    expect(model.mean).toBeAllClose(expected.mean, { rtol: 1e-9 });
    expect(model.components.subarray(0, rank * model.columns)).toBeAllClose(expected.components.flat(), {
      rtol: 1e-6,
      atol: 1e-7,
    });
    const zero = { rtol: 1e-6, atol: 1e-12 * expected.explainedVariance[0]! };
    expect(model.explainedVariance).toBeAllClose(expected.explainedVariance, zero);
    expect(model.explainedVarianceRatio).toBeAllClose(expected.explainedVarianceRatio, {
      rtol: 1e-6,
      atol: 1e-12,
    });
    // A singular value is a square root: rounding of 1e-15 of the largest variance is 3e-8 of it.
    expect(model.singularValues).toBeAllClose(expected.singularValues, {
      rtol: 1e-6,
      atol: 1e-6 * expected.singularValues[0]!,
    });
    expectOrthonormal(model);
    const atol = 1e-6 * Math.sqrt(expected.explainedVariance[0]!);
    const some = head(points, 10);
    const embedded = pcaTransform(model, some);
    expect(leading(embedded, rank)).toBeAllClose(expected.transform.flat(), { rtol: 1e-6, atol });
    expect(head(model.embedding, 10)).toEqual(embedded);
    expect(pcaInverse(model, embedded).data).toBeAllClose(expected.inverse.flat(), { rtol: 1e-6, atol });
    const white = pca(points, { components: rank, whiten: true });
    const whitened = pcaTransform(white, some);
    expect(whitened.data).toBeAllClose(expected.whitened.flat(), { rtol: 1e-6, atol: 1e-6 });
    expect(pcaInverse(white, whitened).data).toBeAllClose(expected.whitenedInverse.flat(), {
      rtol: 1e-6,
      atol,
    });
  });

  it("makes whitened variances 1, and 0 where there is none", () => {
    const points = noise(500, 3, 1);
    for (let i = 0; i < 500; i++) points.data[3 * i + 2] = 4;
    const { embedding, explainedVariance } = pca(points, { whiten: true });
    expect(explainedVariance[2]).toBe(0);
    for (const [j, wanted] of [1, 1, 0].entries()) {
      let squares = 0;
      for (let i = 0; i < 500; i++) squares += embedding.data[3 * i + j]! ** 2;
      expect(squares / 499).toBeCloseTo(wanted, 5);
    }
  });

  it("takes constant, equal and single-column points", () => {
    for (const shape of [
      [10_000, 3],
      [3, 5],
      [7, 1],
    ]) {
      const equal = rowsOf(new Float32Array(shape[0]! * shape[1]!).fill(0.1), shape[1]!);
      const model = pca(equal);
      expect(model.explainedVariance).toEqual(new Array(Math.min(...shape)).fill(0));
      expect(model.explainedVarianceRatio).toEqual(model.explainedVariance);
      expect(Math.max(...model.embedding.data.map(Math.abs))).toBeLessThan(1e-7);
      expectOrthonormal(model);
    }
    const line = rowsOf(Float32Array.of(1, 2, 6), 1);
    const { embedding, components, explainedVariance } = pca(line);
    expect([...components]).toEqual([1]);
    expect([...embedding.data]).toEqual([-2, -1, 3]);
    expect(explainedVariance[0]).toBeCloseTo(7, 12);
  });

  it("turns each component so that its largest entry is positive", () => {
    const { components } = pca(noise(200, 6, 4));
    for (let j = 0; j < 6; j++) {
      const row = [...components.subarray(j * 6, j * 6 + 6)];
      const largest = Math.max(...row.map(Math.abs));
      expect(row).toContain(largest);
    }
  });

  it("refuses one row, NaN, and more components than there are", () => {
    expect(() => pca(noise(1, 3, 1))).toThrow(/at least 2 rows are needed for a variance, got 1/);
    expect(() => pca(noise(9, 3, 1), { components: 4 })).toThrow(/at most 3 components, got components 4/);
    expect(() => pca(noise(3, 9, 1), { components: 4 })).toThrow(/at most 3 components/);
    expect(() => pca(noise(9, 3, 1), { dimensions: 2 } as object)).toThrow(/no option "dimensions"/);
    expect(() => pcaTransform(pca(noise(9, 3, 1)), noise(9, 2, 1))).toThrow(/must have 3 columns/);
    expect(() => pcaInverse(pca(noise(9, 3, 1), { components: 2 }), noise(9, 3, 1))).toThrow(
      /must have 2 columns/,
    );
    const broken = noise(9, 3, 1);
    broken.data[4] = Number.POSITIVE_INFINITY;
    expect(() => pca(broken)).toThrow(/row 1, column 1 is Infinity/);
  });
});

describe("scatterOf", () => {
  /** Two passes, without blocks. */
  function plain({ data, shape: [rows, columns] }: Rows): { mean: number[]; matrix: number[] } {
    const mean = Array.from({ length: columns! }, (_, c) => {
      let sum = 0;
      for (let i = 0; i < rows!; i++) sum += data[i * columns! + c]!;
      return sum / rows!;
    });
    const matrix = Array.from({ length: columns! ** 2 }, (_, at) => {
      const a = Math.floor(at / columns!);
      const b = at % columns!;
      let sum = 0;
      for (let i = 0; i < rows!; i++) {
        sum += (data[i * columns! + a]! - mean[a]!) * (data[i * columns! + b]! - mean[b]!);
      }
      return sum;
    });
    return { mean, matrix };
  }

  it.each([1, 2, 3, 4, 5, 8, 17, 33])("is the plain one, %i columns", (columns) => {
    const points = noise(1203, columns, columns);
    for (let i = 0; i < points.data.length; i++) points.data[i]! += 3 * (i % columns);
    const expected = plain(points);
    const { mean, matrix } = scatterOf(points.data, 1203, columns);
    expect(mean).toBeAllClose(expected.mean, { rtol: 1e-10, atol: 1e-12 });
    expect(matrix).toBeAllClose(expected.matrix, { rtol: 1e-10, atol: 1e-8 });
  });

  it("keeps its digits where the rows that it starts from are far away", () => {
    const points = noise(6400, 2, 1);
    for (let i = 0; i < 6400; i++) {
      points.data[2 * i]! += i % 100 === 0 ? 1e7 : 0;
      points.data[2 * i + 1]! += 1e6;
    }
    const expected = plain(points);
    const { mean, matrix } = scatterOf(points.data, 6400, 2);
    expect(mean).toBeAllClose(expected.mean, { rtol: 1e-12 });
    expect(matrix).toBeAllClose(expected.matrix, { rtol: 1e-9 });
  });
});

describe("symmetricEigen", () => {
  it("takes a matrix apart, largest value first", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 0, 0, 0, 3, 4, 0, 4, 9), 3);
    expect(values).toBeAllClose([11, 2, 1], { rtol: 1e-12 });
    const half = 1 / Math.sqrt(5);
    expect(vectors).toBeAllClose([0, half, 2 * half, 1, 0, 0, 0, 2 * half, -half], {
      rtol: 1e-12,
      atol: 1e-12,
    });
  });
});
