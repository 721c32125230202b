import type { Task } from "../task.js";

/** Most steps for one eigenvalue; two are usual. */
const mostSteps = 60;

/**
 * Eigenvalues, in no order, and eigenvectors of a symmetric matrix [size, size]: row i is the unit vector of values[i]. Householder
 * reduction to a tridiagonal matrix and implicit QL steps (tred2 and tql2 of EISPACK, Bowdler, Martin, Reinsch & Wilkinson 1968), held by
 * columns, so that each inner loop runs along the memory.
 */
export function* tridiagonalEigenTask(
  matrix: Float64Array,
  size: number,
): Task<{ values: Float64Array; vectors: Float64Array }> {
  const vectors = matrix.slice();
  const values = new Float64Array(size);
  const beside = new Float64Array(size);
  const progress = { stage: "eigenvectors", done: 0, total: 3 * size };
  for (let c = 0; c < size; c++) values[c] = vectors[c * size + size - 1]!;
  for (let i = size - 1; i > 0; i--) {
    reduce(vectors, size, i, values, beside);
    progress.done++;
    yield progress;
  }
  for (let i = 0; i < size - 1; i++) {
    accumulate(vectors, size, i, values);
    progress.done++;
    yield progress;
  }
  for (let c = 0; c < size; c++) {
    values[c] = vectors[c * size + size - 1]!;
    vectors[c * size + size - 1] = 0;
  }
  vectors[size * size - 1] = 1;
  beside.copyWithin(0, 1);
  beside[size - 1] = 0;
  yield* diagonaliseTask(values, beside, vectors, size, progress);
  return { values, vectors };
}

/** One reflection that clears row i but for the entry beside the diagonal; `d` holds the row, and takes the next one. */
function reduce(v: Float64Array, size: number, i: number, d: Float64Array, e: Float64Array): void {
  let scale = 0;
  for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
  if (scale === 0) {
    e[i] = d[i - 1]!;
    for (let j = 0; j < i; j++) {
      d[j] = v[j * size + i - 1]!;
      v[j * size + i] = 0;
      v[i * size + j] = 0;
    }
    d[i] = 0;
    return;
  }
  let h = 0;
  for (let k = 0; k < i; k++) {
    d[k]! /= scale;
    h += d[k]! * d[k]!;
  }
  const last = d[i - 1]!;
  const root = last > 0 ? -Math.sqrt(h) : Math.sqrt(h);
  e[i] = scale * root;
  h -= last * root;
  d[i - 1] = last - root;
  e.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const f = d[j]!;
    const at = j * size;
    v[i * size + j] = f;
    let g = e[j]! + v[at + j]! * f;
    for (let k = j + 1; k < i; k++) {
      const value = v[at + k]!;
      g += value * d[k]!;
      e[k]! += value * f;
    }
    e[j] = g;
  }
  let sum = 0;
  for (let j = 0; j < i; j++) {
    e[j]! /= h;
    sum += e[j]! * d[j]!;
  }
  const half = sum / (h + h);
  for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
  for (let j = 0; j < i; j++) {
    const f = d[j]!;
    const g = e[j]!;
    const at = j * size;
    for (let k = j; k < i; k++) v[at + k]! -= f * e[k]! + g * d[k]!;
    d[j] = v[at + i - 1]!;
    v[at + i] = 0;
  }
  d[i] = h;
}

/** The reflections' product, one more of them. */
function accumulate(v: Float64Array, size: number, i: number, d: Float64Array): void {
  v[i * size + size - 1] = v[i * size + i]!;
  v[i * size + i] = 1;
  const h = d[i + 1]!;
  const next = (i + 1) * size;
  if (h !== 0) {
    for (let k = 0; k <= i; k++) d[k] = v[next + k]! / h;
    for (let j = 0; j <= i; j++) {
      const at = j * size;
      let g = 0;
      for (let k = 0; k <= i; k++) g += v[next + k]! * v[at + k]!;
      for (let k = 0; k <= i; k++) v[at + k]! -= g * d[k]!;
    }
  }
  v.fill(0, next, next + i + 1);
}

/** QL steps until each entry of e, beside the diagonal d, is nothing to its neighbours; the rotations go into the rows of v. */
function* diagonaliseTask(
  d: Float64Array,
  e: Float64Array,
  v: Float64Array,
  size: number,
  progress: { stage: string; done: number; total: number },
): Task<void> {
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < size; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < size - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
    for (let step = 0; m > l && step < mostSteps; step++) {
      shift += shiftBy(d, e, l, size);
      sweep(d, e, v, size, l, m);
      progress.done = 2 * size + l;
      yield progress;
      if (Math.abs(e[l]!) <= Number.EPSILON * largest) break;
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

/** Subtract the implicit shift of step l from the diagonal; what it was. */
function shiftBy(d: Float64Array, e: Float64Array, l: number, size: number): number {
  const first = d[l]!;
  const p = (d[l + 1]! - first) / (2 * e[l]!);
  const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
  d[l] = e[l]! / (p + r);
  d[l + 1] = e[l]! * (p + r);
  const shift = first - d[l]!;
  for (let i = l + 2; i < size; i++) d[i]! -= shift;
  return shift;
}

function sweep(d: Float64Array, e: Float64Array, v: Float64Array, size: number, l: number, m: number): void {
  const first = d[l + 1]!;
  const beside = e[l + 1]!;
  let p = d[m]!;
  let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = Math.hypot(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    rotate(v, i * size, size, c, s);
  }
  p = (-s * s2 * c3 * beside * e[l]!) / first;
  e[l] = s * p;
  d[l] = c * p;
}

/** The row at `at` and the one after it, turned. */
function rotate(v: Float64Array, at: number, size: number, c: number, s: number): void {
  for (let k = at, end = at + size, n = at + size; k < end; k++, n++) {
    const x = v[k]!;
    const y = v[n]!;
    v[n] = s * x + c * y;
    v[k] = c * x - s * y;
  }
}
