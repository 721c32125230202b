import { cholesky, invertLower } from "../linear/cholesky.js";
import { columnMoments } from "../linear/column-moments.js";

const mostIterations = 100;
const mostHalvings = 30;

/**
 * Logistic regression with an L2 penalty on standardised columns: the w, b that minimise
 * sum_i ln(1 + exp(-y_i (w . x_i + b))) + regularization |w|^2 / 2, by Newton's method with halved steps
 * (iteratively reweighted least squares; Hastie et al., Elements of Statistical Learning, section 4.4.1).
 * -> weights and bias for the columns as they were given; a constant column's weight is 0.
 */
export function fitLogistic(
  data: Float32Array,
  columns: number,
  truth: Uint8Array,
  regularization: number,
): { weights: Float64Array; bias: number } {
  const { x, mean, deviation } = standardised(data, columns);
  let at = new Float64Array(columns + 1);
  let loss = lossAt(x, columns, truth, at, regularization);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(x, columns, truth, at, regularization);
    let [next, found] = [at, loss];
    for (let halving = 0, share = 1; halving < mostHalvings; halving++, share /= 2) {
      next = at.map((value, j) => value - share * step[j]!);
      found = lossAt(x, columns, truth, next, regularization);
      if (found < loss) break;
    }
    if (!(found < loss)) break;
    [at, loss] = [next, found];
  }
  const weights = new Float64Array(columns);
  let bias = at[columns]!;
  for (let j = 0; j < columns; j++) {
    weights[j] = deviation[j]! > 0 ? at[j]! / deviation[j]! : 0;
    bias -= weights[j]! * mean[j]!;
  }
  return { weights, bias };
}

function standardised(data: Float32Array, columns: number) {
  const { mean, variance } = columnMoments(data, columns);
  // What rounding leaves of a column that should be constant is not to be blown up.
  const deviation = variance.map((value, j) =>
    Math.sqrt(value) < 1e-7 * Math.abs(mean[j]!) ? 0 : Math.sqrt(value),
  );
  const x = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const j = i % columns;
    if (deviation[j]! > 0) x[i] = (data[i]! - mean[j]!) / deviation[j]!;
  }
  return { x, mean, deviation };
}

function lossAt(
  x: Float64Array,
  columns: number,
  truth: Uint8Array,
  at: Float64Array,
  regularization: number,
): number {
  let loss = 0;
  for (let j = 0; j < columns; j++) loss += (regularization * at[j]! ** 2) / 2;
  for (let i = 0; i < truth.length; i++) {
    const margin = (truth[i] === 1 ? 1 : -1) * marginOf(x, columns, i, at);
    // ln(1 + exp(-m)) that overflows at neither end.
    loss += Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
  }
  return loss;
}

/** H^-1 g, the bias last. */
function newtonStep(
  x: Float64Array,
  columns: number,
  truth: Uint8Array,
  at: Float64Array,
  regularization: number,
): Float64Array {
  const size = columns + 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  for (let i = 0; i < truth.length; i++) {
    const p = 1 / (1 + Math.exp(-marginOf(x, columns, i, at)));
    const miss = p - truth[i]!;
    const weight = p * (1 - p);
    for (let j = 0; j < columns; j++) row[j] = x[i * columns + j]!;
    for (let j = 0; j < size; j++) {
      gradient[j]! += miss * row[j]!;
      const weighted = weight * row[j]!;
      for (let k = 0; k <= j; k++) hessian[j * size + k]! += weighted * row[k]!;
    }
  }
  for (let j = 0; j < size; j++) {
    if (j < columns) {
      gradient[j]! += regularization * at[j]!;
      hessian[j * size + j]! += regularization;
    } else {
      // The bias has no penalty; where every row is certain its curvature vanishes.
      hessian[j * size + j]! += 1e-12;
    }
  }
  return solve(hessian, gradient);
}

/** H^-1 g; zeros, which end the search, where rounding has left H without an inverse. Of H the lower triangle is read. */
function solve(hessian: Float64Array, gradient: Float64Array): Float64Array {
  const size = gradient.length;
  const step = new Float64Array(size);
  const lower = cholesky(hessian, size);
  if (!lower) return step;
  const inverse = invertLower(lower, size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += inverse[i * size + j]! * gradient[j]!;
    for (let j = 0; j <= i; j++) step[j]! += inverse[i * size + j]! * sum;
  }
  return step;
}

function marginOf(x: Float64Array, columns: number, row: number, at: Float64Array): number {
  let margin = at[columns]!;
  for (let j = 0; j < columns; j++) margin += x[row * columns + j]! * at[j]!;
  return margin;
}
