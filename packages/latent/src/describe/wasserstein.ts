import { checkRows, type Rows } from "../rows.js";
import { checkAlike } from "./check-alike.js";

/**
 * Wasserstein-1 distance between two samples of equal size, of each latent dimension by itself: the mean of
 * |x_(i) - y_(i)| over the order statistics, which in one dimension is the best transport. In units of z; 0 is best.
 *
 * x, y [samples, latent] -> latent numbers
 * @throws ShapeError, DataError for bad rows
 */
export function wassersteinPerDimension(x: Rows, y: Rows): number[] {
  const { data: a, rows, columns } = checkRows("wassersteinPerDimension: x", x);
  const { data: b } = checkAlike("wassersteinPerDimension", rows, columns, y);
  return Array.from({ length: columns }, (_, d) => {
    const [first, second] = [sortedColumn(a, d, columns), sortedColumn(b, d, columns)];
    return first.reduce((sum, value, i) => sum + Math.abs(value - second[i]!), 0) / rows;
  });
}

function sortedColumn(data: Float32Array, column: number, columns: number): Float64Array {
  return Float64Array.from({ length: data.length / columns }, (_, i) => data[i * columns + column]!).sort();
}
