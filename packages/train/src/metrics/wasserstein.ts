import { checkAlike, checkMatrix, columnOf, type Matrix } from "./matrix.js";

/**
 * Wasserstein-1 distance between two samples of equal size, of each latent dimension by itself: the mean of
 * |x_(i) - y_(i)| over the order statistics, which in one dimension is the best transport. In units of z; 0 is best.
 *
 * x, y [samples, latent] -> [latent]
 */
export function wassersteinPerDimension(x: Matrix, y: Matrix): Float64Array {
  checkMatrix("x", x);
  checkMatrix("y", y);
  checkAlike("x", x, "y", y);
  return Float64Array.from({ length: x.columns }, (_, j) => {
    const [a, b] = [columnOf(x, j).sort(), columnOf(y, j).sort()];
    return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
  });
}
