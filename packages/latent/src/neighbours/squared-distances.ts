/**
 * Squared Euclidean distances from one row to the rows from .. to - 1 of others [rows, columns], into out[0 .. to - from - 1].
 * The sum of a row that is farther than `limit` already may stop early: it is then some number above `limit`.
 * query holds the row at the number `at`; sums are float64.
 */
export function squaredDistances(
  query: Float32Array,
  at: number,
  others: Float32Array,
  from: number,
  to: number,
  columns: number,
  limit: number,
  out: Float64Array,
): void {
  let j = from * columns;
  for (let row = from; row < to; row++) {
    const end = j + columns;
    let i = at;
    let sum = 0;
    for (; j + 4 <= end && sum <= limit; i += 4, j += 4) {
      const a = query[i]! - others[j]!;
      const b = query[i + 1]! - others[j + 1]!;
      const c = query[i + 2]! - others[j + 2]!;
      const d = query[i + 3]! - others[j + 3]!;
      sum += a * a + b * b + (c * c + d * d);
    }
    if (sum <= limit) {
      for (; j < end; i++, j++) {
        const a = query[i]! - others[j]!;
        sum += a * a;
      }
    }
    out[row - from] = sum;
    j = end;
  }
}
