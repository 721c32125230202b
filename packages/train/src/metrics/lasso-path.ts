import { largestAlpha, lasso } from "./lasso.js";
import type { Matrix } from "./matrix.js";
import { mean, variance } from "./moments.js";

const alphas = 30;
/** The smallest alpha tried, as a share of the largest. */
const leastAlpha = 1e-3;

interface Examples {
  /** [examples, features] */
  x: Matrix;
  /** [examples] */
  y: Matrix["values"];
}

/**
 * Lasso weights at the largest of 30 alphas (geometric, from where all weights are 0 down to a thousandth of it) whose
 * mean squared error on `other` is within one standard error of the least (Hastie, Tibshirani & Friedman 2009, 7.10).
 * Columns have mean 0 over `fit`; gram: X^T X / n of it
 */
export function lassoByValidation(
  { gram, x, y }: Examples & { gram: Float64Array },
  other: Examples,
): Float64Array {
  const moment = new Float64Array(x.columns);
  for (let i = 0; i < x.values.length; i++) {
    moment[i % x.columns]! += (x.values[i]! * y[Math.floor(i / x.columns)]!) / x.rows;
  }
  const most = largestAlpha(moment);
  let weights: Float64Array = new Float64Array(x.columns);
  const path = Array.from({ length: alphas }, (_, step) => {
    weights = lasso({ gram, moment }, most * leastAlpha ** (step / (alphas - 1)), weights);
    const errors = squaredErrors(other, weights);
    return { weights, error: mean(errors), doubt: Math.sqrt(variance(errors) / errors.length) };
  });
  const best = path.reduce((least, next) => (next.error < least.error ? next : least));
  return path.find(({ error }) => error <= best.error + best.doubt)!.weights;
}

/** X^T X / n */
export function gramOf({ values, rows, columns }: Matrix): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < columns; a++) {
      const left = values[i * columns + a]! / rows;
      for (let b = 0; b < columns; b++) gram[a * columns + b]! += left * values[i * columns + b]!;
    }
  }
  return gram;
}

/** (y - X w)^2 [examples] */
export function squaredErrors({ x, y }: Examples, weights: Float64Array): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => {
    let predicted = 0;
    for (let j = 0; j < x.columns; j++) predicted += x.values[i * x.columns + j]! * weights[j]!;
    return (y[i]! - predicted) ** 2;
  });
}
