import { ShapeError, UsageError } from "../errors.js";
import { completeBasis } from "../linear/complete.js";
import { type Eigen, orient } from "../linear/eigen.js";
import { gramTask } from "../linear/gram.js";
import { leadingEigenTask } from "../linear/leading.js";
import { projectRows } from "../linear/product.js";
import { scatterTask } from "../linear/scatter-task.js";
import { checkInteger, checkOptions, shown } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { finishTask, type Task } from "../task.js";

export interface PcaOptions {
  /** Components to keep, 1 to min(rows, columns) (default: all). */
  components?: number;
  /** Scale each component of the embedding to variance 1 (default false). */
  whiten?: boolean;
}

export interface Pca {
  /** The points in the components' coordinates, [rows, count]. */
  embedding: Rows;
  /** Of the points, [columns]. */
  mean: Float64Array;
  /** [count, columns] row-major, orthonormal rows, the direction of largest variance first; the largest entry of each is positive. */
  components: Float64Array;
  /** Components that were kept. */
  count: number;
  /** Of the points that it was made of. */
  columns: number;
  /** Variance along each component [count], in units of the points squared, with rows - 1 in the denominator. */
  explainedVariance: number[];
  /** Share of each component in the variance of all columns [count]; 0 where there is no variance. */
  explainedVarianceRatio: number[];
  /** Of the centred points, [count]: sqrt((rows - 1) explainedVariance). */
  singularValues: number[];
  /** Whether each component of the embedding has variance 1. */
  whiten: boolean;
}

/**
 * Principal components (Pearson 1901; Hotelling 1933), exact: the eigenvectors of the covariance matrix, or of the Gram matrix where
 * there are more columns than rows. Variances below 1e-15 of the largest are rounding.
 *
 * points [rows, columns] -> embedding [rows, components] = (points - mean) components^T
 *
 * A component without variance is 0 in a whitened embedding.
 * @throws DataError for fewer than 2 rows; UsageError for more components than min(rows, columns)
 */
export function pca(points: Rows, options: PcaOptions = {}): Pca {
  return finishTask(pcaTask(points, options));
}

/** The same, which rests on the way. */
export function* pcaTask(points: Rows, options: PcaOptions = {}): Task<Pca> {
  checkOptions("pca", options, ["components", "whiten"]);
  const { data, rows, columns } = checkRows("pca", points, { rows: 2, because: "a variance" });
  const most = Math.min(rows, columns);
  const { components: count = most, whiten = false } = options;
  checkInteger("pca", "components", count, 1);
  if (count > most) {
    throw new UsageError(
      `pca: [${rows}, ${columns}] points have at most ${most} components, got components ${count}; ask for ${most} or fewer`,
    );
  }
  const axes = columns > rows ? fewRows(data, rows, columns, count) : manyRows(data, rows, columns, count);
  const { mean, values, vectors: components, total } = yield* axes;
  const spread = Array.from(values, (value) => Math.max(value, 0));
  const model = {
    mean,
    components,
    count,
    columns,
    explainedVariance: spread.map((value) => value / (rows - 1)),
    explainedVarianceRatio: spread.map((value) => (total > 0 ? value / total : 0)),
    singularValues: spread.map(Math.sqrt),
    whiten,
  };
  const embedding = new Float32Array(rows * count);
  const step = Math.max(1, Math.floor(atOnce / (columns * count)));
  for (let from = 0; from < rows; from += step) {
    if (from > 0) yield { stage: "components", done: from, total: rows };
    const to = Math.min(rows, from + step);
    const part = transform(model, data.subarray(from * columns, to * columns), to - from);
    embedding.set(part.data, from * count);
  }
  return { ...model, embedding: rowsOf(embedding, count) };
}

/**
 * New points in a model's components: points [m, columns] -> [m, count].
 * @throws ShapeError for what is no model of pca, or points of another number of columns; DataError for NaN
 */
export function pcaTransform(model: Pca, points: Rows): Rows {
  checkModel("pcaTransform", model);
  const { data, rows } = checkRows("pcaTransform", points, { columns: model.columns });
  return transform(model, data, rows);
}

/**
 * Points back from their components: embedded [m, count] -> [m, columns], in the plane of the components.
 * @throws ShapeError for what is no model of pca, or rows of another number of columns than it has components; DataError for NaN
 */
export function pcaInverse(model: Pca, embedded: Rows): Rows {
  checkModel("pcaInverse", model);
  const { data, rows } = checkRows("pcaInverse", embedded, { columns: model.count });
  const { count, columns, components, mean } = model;
  const deviation = whiteDeviation(model);
  const matrix = new Float64Array(columns * count);
  for (let c = 0; c < columns; c++) {
    for (let j = 0; j < count; j++) {
      matrix[c * count + j] = components[j * columns + c]! * (model.whiten ? deviation[j]! : 1);
    }
  }
  const offset = mean.map((value) => -value);
  return rowsOf(projectRows(data, rows, count, matrix, columns, offset), columns);
}

function checkModel(call: string, model: Pca): void {
  const { mean, components, count, columns, explainedVariance } = model ?? {};
  const whole = mean?.length === columns && components?.length === count * columns;
  if (whole && count > 0 && explainedVariance?.length === count) return;
  throw new ShapeError(`${call}: model must be what pca returned, got ${shown(model)}`);
}

/** Products of numbers between two rests. */
const atOnce = 2 ** 23;

type Directions = Omit<Pca, "embedding">;

function transform(model: Directions, data: Float32Array, rows: number): Rows {
  const { count, columns, components, mean, whiten } = model;
  const matrix = components.slice();
  if (whiten) {
    const deviation = whiteDeviation(model);
    for (let j = 0; j < count; j++) {
      const scale = deviation[j]! > 0 ? 1 / deviation[j]! : 0;
      for (let c = 0; c < columns; c++) matrix[j * columns + c]! *= scale;
    }
  }
  const offset = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    for (let c = 0; c < columns; c++) offset[j]! += mean[c]! * matrix[j * columns + c]!;
  }
  return rowsOf(projectRows(data, rows, columns, matrix, count, offset), count);
}

/** Standard deviations along the components, [count]; 0 where the variance is rounding. */
function whiteDeviation({ explainedVariance }: Directions): Float64Array {
  const largest = explainedVariance[0]!;
  return Float64Array.from(explainedVariance, (value) => (value > 1e-13 * largest ? Math.sqrt(value) : 0));
}

interface Axes extends Eigen {
  mean: Float64Array;
  /** Sum of all eigenvalues, also of those that are not kept. */
  total: number;
}

function* manyRows(data: Float32Array, rows: number, columns: number, count: number): Task<Axes> {
  const { mean, matrix } = yield* scatterTask(data, rows, columns);
  return { mean, total: traceOf(matrix, columns), ...(yield* leadingEigenTask(matrix, columns, count)) };
}

/** Eigenvectors u of the Gram matrix give components v = centred^T u / sqrt(value); those without variance are any that fit. */
function* fewRows(data: Float32Array, rows: number, columns: number, count: number): Task<Axes> {
  const { mean, centred, gram } = yield* gramTask(data, rows, columns);
  const { values, vectors: left } = yield* leadingEigenTask(gram, rows, count);
  const vectors = new Float64Array(count * columns);
  let rank = 0;
  while (rank < count && values[rank]! > 1e-13 * values[0]! && values[rank]! > 0) {
    yield { stage: "components", done: rank, total: count };
    const vector = vectors.subarray(rank * columns, (rank + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const weight = left[rank * rows + i]! / Math.sqrt(values[rank]!);
      for (let c = 0, at = i * columns; c < columns; c++) vector[c]! += weight * centred[at++]!;
    }
    orient(vector);
    rank++;
  }
  values.fill(0, rank);
  completeBasis(vectors, rank, count, columns);
  return { mean, total: traceOf(gram, rows), values, vectors };
}

function traceOf(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * size + i]!;
  return sum;
}
