/** How many of the sorted values lie less than `radius` from `value`. O(log n) */
export function countWithin(sorted: Float64Array, value: number, radius: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value - sorted[middle]! < radius) high = middle;
    else low = middle + 1;
  }
  const from = low;
  high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! - value < radius) low = middle + 1;
    else high = middle;
  }
  return low - from;
}

/** Distance of value `at` to its k-th nearest among sorted[from .. to - 1], itself left out; k below to - from. O(k) */
export function distanceToNearest(
  sorted: Float64Array,
  from: number,
  to: number,
  at: number,
  k: number,
): number {
  const value = sorted[at]!;
  let below = at - 1;
  let above = at + 1;
  let distance = 0;
  for (let found = 0; found < k; found++) {
    const down = below >= from ? value - sorted[below]! : Number.POSITIVE_INFINITY;
    const up = above < to ? sorted[above]! - value : Number.POSITIVE_INFINITY;
    if (down <= up) {
      distance = down;
      below--;
    } else {
      distance = up;
      above++;
    }
  }
  return distance;
}
