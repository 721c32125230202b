import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { finishTask, type Task } from "../task.js";
import { tridiagonalEigenTask } from "./tridiagonal.js";

export interface Eigen {
  /** [count], largest first; count is the size where all were asked for */
  values: Float64Array;
  /** [count, size] row-major: row i is the unit eigenvector of values[i]; its largest entry by magnitude is positive */
  vectors: Float64Array;
}

/** Largest matrix that is ml-matrix's: its loops run across the memory, which tells from here on. */
const smallSize = 100;

/** Eigenvalues and eigenvectors of a symmetric matrix [size, size] (Householder reduction and implicit QL). */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  return finishTask(symmetricEigenTask(matrix, size));
}

/** The same, which rests on the way. */
export function* symmetricEigenTask(matrix: Float64Array, size: number): Task<Eigen> {
  const { values, vectors } =
    size > smallSize ? yield* tridiagonalEigenTask(matrix, size) : smallEigen(matrix, size);
  const order = Array.from(values, (_, index) => index).sort((a, b) => values[b]! - values[a]!);
  const sorted = new Float64Array(size * size);
  order.forEach((index, i) => {
    const vector = sorted.subarray(i * size, (i + 1) * size);
    vector.set(vectors.subarray(index * size, (index + 1) * size));
    orient(vector);
  });
  return { values: Float64Array.from(order, (index) => values[index]!), vectors: sorted };
}

function smallEigen(matrix: Float64Array, size: number): Eigen {
  const rows = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
  const found = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < size; c++) vectors[i * size + c] = found.eigenvectorMatrix.get(c, i);
  }
  return { values: Float64Array.from(found.realEigenvalues), vectors };
}

/** Turn a vector so that its largest entry by magnitude is positive, as scikit-learn's svd_flip does for components. */
export function orient(vector: Float64Array): void {
  let largest = 0;
  for (let c = 1; c < vector.length; c++) {
    if (Math.abs(vector[c]!) > Math.abs(vector[largest]!)) largest = c;
  }
  if (vector[largest]! >= 0) return;
  for (let c = 0; c < vector.length; c++) vector[c] = -vector[c]!;
}
