import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { scatterOf } from "../../packages/latent/src/linear/covariance.js";
import { symmetricEigen } from "../../packages/latent/src/linear/eigen.js";
import { leadingEigenTask } from "../../packages/latent/src/linear/leading.js";
import { scatterTask } from "../../packages/latent/src/linear/scatter-task.js";
import { pca, pcaTask } from "../../packages/latent/src/project/pca.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

/** Rows whose columns have these standard deviations, mixed by a rotation of each column with the next. */
function points(rows: number, deviations: readonly number[], seed = 1): Float32Array {
  const random = new Random(seed);
  const columns = deviations.length;
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) => deviations[i % columns]! * random.normal(),
  );
  for (let i = 0; i + 1 < data.length; i++) {
    if ((i + 1) % columns === 0) continue;
    const [x, y] = [data[i]!, data[i + 1]!];
    data[i] = 0.8 * x - 0.6 * y;
    data[i + 1] = 0.6 * x + 0.8 * y;
  }
  return data;
}

const decaying = (columns: number) => Array.from({ length: columns }, (_, c) => 10 / (1 + c));
const equal = (columns: number) => new Array<number>(columns).fill(1);
const few = (columns: number) => Array.from({ length: columns }, (_, c) => (c < 3 ? 5 - c : 0));

/** Largest |A v - value v| in units of the largest eigenvalue, and largest deviation of V V^T from the identity. */
function errors(matrix: Float64Array, size: number, values: Float64Array, vectors: Float64Array): number[] {
  let residual = 0;
  let skew = 0;
  values.forEach((value, i) => {
    const vector = vectors.subarray(i * size, (i + 1) * size);
    for (let r = 0; r < size; r++) {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += matrix[r * size + c]! * vector[c]!;
      residual = Math.max(residual, Math.abs(sum - value * vector[r]!));
    }
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += vector[c]! * vectors[j * size + c]!;
      skew = Math.max(skew, Math.abs(sum - (i === j ? 1 : 0)));
    }
  });
  return [residual / (values[0]! || 1), skew];
}

describe("symmetricEigen", () => {
  it.each([
    ["decaying", decaying(130)],
    ["equal", equal(130)],
    ["of rank 3", few(130)],
  ])("takes a matrix apart that is too large for ml-matrix, and finds its values: %s", (_, deviations) => {
    const size = deviations.length;
    const { matrix } = scatterOf(points(300, deviations), 300, size);
    const { values, vectors } = symmetricEigen(matrix, size);
    const [residual, skew] = errors(matrix, size, values, vectors);
    expect(residual).toBeLessThan(1e-13);
    expect(skew).toBeLessThan(1e-12);
    const rows = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
    const peer = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues;
    expect(values).toBeAllClose(
      peer.sort((a, b) => b - a),
      { rtol: 1e-10, atol: 1e-12 * values[0]! },
    );
  });

  it("takes zeros, a diagonal, and numbers near the ends of float64", () => {
    const size = 120;
    const { values, vectors } = symmetricEigen(new Float64Array(size * size), size);
    expect(values).toEqual(new Float64Array(size));
    expect(errors(new Float64Array(size * size), size, values, vectors)[1]).toBe(0);
    for (const scale of [1e-140, 1, 1e140]) {
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++) matrix[i * size + i] = scale * (1 + ((i * 7) % size));
      expect(symmetricEigen(matrix, size).values).toBeAllClose(
        Array.from({ length: size }, (_, i) => scale * (size - i)),
        { rtol: 1e-13 },
      );
    }
  });
});

describe("leadingEigenTask", () => {
  it.each([
    ["decaying", decaying(200), 2],
    ["decaying, more of them", decaying(200), 12],
    ["equal", equal(200), 2],
    ["of rank 3", few(200), 5],
    ["zero", new Array<number>(200).fill(0), 3],
    ["too many for the short way", decaying(200), 150],
  ])("is the first of all eigenvectors: %s", (_, deviations, count) => {
    const size = deviations.length;
    const { matrix } = scatterOf(points(500, deviations), 500, size);
    const { values, vectors } = finishTask(leadingEigenTask(matrix, size, count));
    const all = symmetricEigen(matrix, size);
    expect(values).toBeAllClose(all.values.subarray(0, count), { rtol: 1e-9, atol: 1e-13 * all.values[0]! });
    const [residual, skew] = errors(matrix, size, values, vectors);
    expect(residual).toBeLessThan(1e-12);
    expect(skew).toBeLessThan(1e-12);
    const apart = all.values.findIndex((value, i) => !(value - all.values[i + 1]! > 1e-3 * all.values[0]!));
    const clear = Math.min(count, apart) * size;
    expect(vectors.subarray(0, clear)).toBeAllClose(all.vectors.subarray(0, clear), {
      rtol: 1e-8,
      atol: 1e-9,
    });
  });

  it("finds every vector of a multiple eigenvalue", () => {
    const size = 300;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) matrix[i * size + i] = i % 30 === 0 ? 9 : 1 + i / size;
    const { values, vectors } = finishTask(leadingEigenTask(matrix, size, 10));
    expect(values).toBeAllClose(new Array(10).fill(9), { rtol: 1e-12 });
    expect(errors(matrix, size, values, vectors)[1]).toBeLessThan(1e-12);
  });

  it("gives the same twice", () => {
    const { matrix } = scatterOf(points(500, equal(150)), 500, 150);
    const [first, second] = [0, 0].map(() => finishTask(leadingEigenTask(matrix, 150, 2)));
    expect(second).toEqual(first);
  });
});

describe("scatterTask", () => {
  it.each([
    [5000, 130],
    [900, 301],
  ])("is the scatter of the plain loops, [%i, %i]", (rows, columns) => {
    const data = points(rows, decaying(columns));
    for (let i = 0; i < data.length; i++) data[i]! += i % columns;
    for (let i = 7; i < data.length; i += columns) data[i] = 0.1;
    const task = scatterTask(data, rows, columns);
    expect(task.next().done).toBe(false);
    const { mean, matrix } = finishTask(scatterTask(data, rows, columns));
    const plain = scatterOf(data, rows, columns, null);
    expect(mean).toBeAllClose(plain.mean, { rtol: 1e-10, atol: 1e-12 });
    expect(matrix).toBeAllClose(plain.matrix, { rtol: 1e-9, atol: 1e-7 });
    expect(matrix.subarray(7 * columns, 8 * columns)).toEqual(new Float64Array(columns));
  });
});

describe("pca of many columns", () => {
  it.each([
    ["more rows", 400],
    ["fewer rows", 180],
  ])("keeps the first of all components, with their shares: %s", (_, rows) => {
    const data = rowsOf(points(rows, decaying(240)), 240);
    const all = pca(data);
    const some = pca(data, { components: 3 });
    expect(some.components).toBeAllClose(all.components.subarray(0, 3 * 240), { rtol: 1e-7, atol: 1e-9 });
    for (const name of ["explainedVariance", "explainedVarianceRatio", "singularValues"] as const) {
      expect(some[name]).toBeAllClose(all[name].slice(0, 3), { rtol: 1e-9 });
    }
    expect(all.explainedVarianceRatio.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect(some.embedding.shape).toEqual([rows, 3]);
  });

  it("rests on the way", () => {
    const stages = new Set<string>();
    const task = pcaTask(rowsOf(points(2000, decaying(200)), 200), { components: 2 });
    for (let step = task.next(); !step.done; step = task.next()) stages.add(step.value.stage);
    expect([...stages]).toEqual(["scatter", "eigenvectors"]);
  });
});
