import { UsageError } from "../errors.js";
import { completeBasis } from "../linear/complete.js";
import { scatterOf } from "../linear/covariance.js";
import { type Eigen, orient, symmetricEigen } from "../linear/eigen.js";
import { gramOf } from "../linear/gram.js";
import { projectRows } from "../linear/product.js";
import { checkInteger, checkOptions } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";

export interface PcaOptions {
  /** Components to keep, 1 to min(rows, columns) (default: all). */
  components?: number;
  /** Scale each component of the embedding to variance 1 (default false). */
  whiten?: boolean;
}

export interface Pca {
  /** The points in the components' coordinates, [rows, count]. */
  embedding: Rows;
  /** [columns] */
  mean: Float64Array;
  /** [count, columns] row-major, orthonormal rows, the direction of largest variance first; the largest entry of each is positive. */
  components: Float64Array;
  count: number;
  columns: number;
  /** Variance along each component, with rows - 1 in the denominator. */
  explainedVariance: number[];
  /** Share of each component in the variance of all columns; 0 where there is no variance. */
  explainedVarianceRatio: number[];
  singularValues: number[];
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
  const { mean, values, vectors } =
    columns > rows ? fewRows(data, rows, columns) : manyRows(data, rows, columns);
  const components = vectors.slice(0, count * columns);
  const spread = Array.from(values.subarray(0, count), (value) => Math.max(value, 0));
  const total = values.reduce((sum, value) => sum + Math.max(value, 0), 0);
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
  return { ...model, embedding: transform(model, data, rows) };
}

/**
 * New points in a model's components: points [m, columns] -> [m, count].
 * @throws ShapeError for points of another number of columns
 */
export function pcaTransform(model: Pca, points: Rows): Rows {
  const { data, rows } = checkRows("pcaTransform", points, { columns: model.columns });
  return transform(model, data, rows);
}

/**
 * Points back from their components: embedded [m, count] -> [m, columns], in the plane of the components.
 * @throws ShapeError for rows of another number of columns than the model has components
 */
export function pcaInverse(model: Pca, embedded: Rows): Rows {
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
}

function manyRows(data: Float32Array, rows: number, columns: number): Axes {
  const { mean, matrix } = scatterOf(data, rows, columns);
  return { mean, ...symmetricEigen(matrix, columns) };
}

/** Eigenvectors u of the Gram matrix give components v = centred^T u / sqrt(value); those without variance are any that fit. */
function fewRows(data: Float32Array, rows: number, columns: number): Axes {
  const { mean, centred, gram } = gramOf(data, rows, columns);
  const { values, vectors: left } = symmetricEigen(gram, rows);
  const vectors = new Float64Array(rows * columns);
  let rank = 0;
  while (rank < rows && values[rank]! > 1e-13 * values[0]! && values[rank]! > 0) {
    const vector = vectors.subarray(rank * columns, (rank + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const weight = left[rank * rows + i]! / Math.sqrt(values[rank]!);
      for (let c = 0, at = i * columns; c < columns; c++) vector[c]! += weight * centred[at++]!;
    }
    orient(vector);
    rank++;
  }
  values.fill(0, rank);
  completeBasis(vectors, rank, rows, columns);
  return { mean, values, vectors };
}
