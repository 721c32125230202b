import type { Task } from "../task.js";

/**
 * Solve A x = b for a symmetric positive definite A with `width` diagonals below and on the main one, by Cholesky.
 * band[i * width + width - 1 + j - i] is A[i][j] for i - width < j <= i; it is overwritten. null where A is not positive definite.
 */
export function* solveBanded(
  band: Float64Array,
  width: number,
  right: Float64Array,
): Task<Float64Array | null> {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    const first = Math.max(0, i - width + 1);
    const row = i * width + width - 1 - i;
    for (let j = first; j <= i; j++) {
      const other = j * width + width - 1 - j;
      let sum = band[row + j]!;
      for (let k = Math.max(first, j - width + 1); k < j; k++) sum -= band[row + k]! * band[other + k]!;
      if (j < i) band[row + j] = sum / band[other + j]!;
      else if (sum > 0) band[row + i] = Math.sqrt(sum);
      else return null;
    }
    yield { stage: "shorten", done: i, total: size };
  }
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    const row = i * width + width - 1 - i;
    for (let k = Math.max(0, i - width + 1); k < i; k++) x[i]! -= band[row + k]! * x[k]!;
    x[i]! /= band[row + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = i * width + width - 1 - i;
    x[i]! /= band[row + i]!;
    for (let k = Math.max(0, i - width + 1); k < i; k++) x[k]! -= band[row + k]! * x[i]!;
  }
  return x;
}
