import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface Eigen {
  /** [size], largest first */
  values: Float64Array;
  /** [size, size] row-major: row i is the unit eigenvector of values[i]; its largest entry by magnitude is positive */
  vectors: Float64Array;
}

/** Eigenvalues and eigenvectors of a symmetric matrix [size, size] (Householder reduction and implicit QL). */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const rows = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
  const found = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true });
  const order = found.realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value);
  const vectors = new Float64Array(size * size);
  order.forEach(({ index }, i) => {
    for (let c = 0; c < size; c++) vectors[i * size + c] = found.eigenvectorMatrix.get(c, index);
    orient(vectors.subarray(i * size, (i + 1) * size));
  });
  return { values: Float64Array.from(order, ({ value }) => value), vectors };
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
