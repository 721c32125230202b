const mostSweeps = 10_000;
const tolerance = 1e-12;

/** What the lasso needs of the data, all columns of mean 0. */
export interface Moments {
  /** X^T X / n [features, features] */
  gram: Float64Array;
  /** X^T y / n [features] */
  moment: Float64Array;
}

/**
 * Lasso by cyclic coordinate descent (Tibshirani 1996; Friedman, Hastie & Tibshirani 2010, sect. 2.2): the minimum of
 * |y - X w|^2 / (2 n) + alpha sum |w|. A feature without variance gets weight 0.
 *
 * start: weights to go on from, such as those of a slightly larger alpha. -> w [features]
 */
export function lasso({ gram, moment }: Moments, alpha: number, start?: Float64Array): Float64Array {
  const features = moment.length;
  const weights = start ? Float64Array.from(start) : new Float64Array(features);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let change = 0;
    let largest = 0;
    for (let j = 0; j < features; j++) {
      const own = gram[j * features + j]!;
      if (!(own > 0)) continue;
      let residual = moment[j]!;
      for (let k = 0; k < features; k++) {
        if (k !== j) residual -= gram[j * features + k]! * weights[k]!;
      }
      const shrunk = Math.sign(residual) * Math.max(0, Math.abs(residual) - alpha);
      const next = shrunk / own;
      change = Math.max(change, Math.abs(next - weights[j]!));
      largest = Math.max(largest, Math.abs(next));
      weights[j] = next;
    }
    if (change <= tolerance * largest) break;
  }
  return weights;
}

/** Where all weights are 0: max |X^T y| / n. */
export function largestAlpha(moment: Float64Array): number {
  return moment.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
