/**
 * The two nearest centers of some rows, Euclidean: the inner loop of k-means, by pairs of rows and centers so that four sums go at once.
 *
 * data [?, columns]; centers [count, columns], count even (see padCenters); rows from..to of `which` are done.
 * labels, gaps: by row; the nearest center (the first of equals), and at least how much farther the next is.
 */
export function assignRows(
  data: Float32Array,
  columns: number,
  centers: Float64Array,
  count: number,
  which: Int32Array,
  from: number,
  to: number,
  labels: Int32Array,
  gaps: Float64Array,
): void {
  for (let at = from; at < to; at += 2) {
    const row = which[at]!;
    // The last of an odd number goes with itself.
    const other = which[at + 1 < to ? at + 1 : at]!;
    const base = row * columns;
    const otherBase = other * columns;
    let label = 0;
    let least = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    let otherLabel = 0;
    let otherLeast = Number.POSITIVE_INFINITY;
    let otherNext = Number.POSITIVE_INFINITY;
    for (let c = 0; c < count; c += 2) {
      const a = c * columns;
      const b = a + columns;
      let toA = 0;
      let toB = 0;
      let otherToA = 0;
      let otherToB = 0;
      for (let j = 0; j < columns; j++) {
        const x = data[base + j]!;
        const y = data[otherBase + j]!;
        const centerA = centers[a + j]!;
        const centerB = centers[b + j]!;
        const xa = x - centerA;
        const xb = x - centerB;
        const ya = y - centerA;
        const yb = y - centerB;
        toA += xa * xa;
        toB += xb * xb;
        otherToA += ya * ya;
        otherToB += yb * yb;
      }
      if (toA < least) {
        next = least;
        least = toA;
        label = c;
      } else if (toA < next) next = toA;
      if (toB < least) {
        next = least;
        least = toB;
        label = c + 1;
      } else if (toB < next) next = toB;
      if (otherToA < otherLeast) {
        otherNext = otherLeast;
        otherLeast = otherToA;
        otherLabel = c;
      } else if (otherToA < otherNext) otherNext = otherToA;
      if (otherToB < otherLeast) {
        otherNext = otherLeast;
        otherLeast = otherToB;
        otherLabel = c + 1;
      } else if (otherToB < otherNext) otherNext = otherToB;
    }
    labels[row] = label;
    gaps[row] = gapOf(least, next);
    labels[other] = otherLabel;
    gaps[other] = gapOf(otherLeast, otherNext);
  }
}

/** Of two squares, less what rounding may have made of it. */
function gapOf(least: number, next: number): number {
  return Math.sqrt(next) * (1 - rounding) - Math.sqrt(least) * (1 + rounding);
}

/** Relative error of a distance. */
const rounding = 1e-12;

/** centers [k, columns], with one at infinity behind them where k is odd. */
export function padCenters(
  centers: ArrayLike<number>,
  columns: number,
): { centers: Float64Array; count: number } {
  const k = centers.length / columns;
  const count = k + (k % 2);
  const padded = new Float64Array(count * columns).fill(Number.POSITIVE_INFINITY);
  padded.set(centers);
  return { centers: padded, count };
}
