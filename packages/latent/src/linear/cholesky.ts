/**
 * Lower triangular L of a symmetric positive definite matrix, a = L L^T; of `a` only the lower triangle is read.
 * a [size, size], row-major -> [size, size] with zeros above the diagonal; undefined where a is not positive definite.
 */
export function cholesky(a: Float64Array, size: number): Float64Array | undefined {
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * size + j]!;
      for (let m = 0; m < j; m++) rest -= l[i * size + m]! * l[j * size + m]!;
      if (i > j) l[i * size + j] = rest / l[j * size + j]!;
      else if (rest > 0) l[i * size + i] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return l;
}

/** The inverse of a lower triangular matrix of nonzero diagonal, lower triangular too. l [size, size] -> [size, size] */
export function invertLower(l: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    inverse[j * size + j] = 1 / l[j * size + j]!;
    for (let i = j + 1; i < size; i++) {
      let sum = 0;
      for (let m = j; m < i; m++) sum += l[i * size + m]! * inverse[m * size + j]!;
      inverse[i * size + j] = -sum / l[i * size + i]!;
    }
  }
  return inverse;
}
