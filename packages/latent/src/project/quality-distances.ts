/** Queries whose distances are computed together: each row is read once for all of them. */
export const queriesAtOnce = 4;

/**
 * Squared Euclidean distances of all rows to four of them: data [rows, columns], four row numbers -> distances[0..3], [rows] each.
 * Every pair is summed in the same order, so that equal rows have equal distances.
 */
export function distancesToFour(
  data: Float32Array,
  rows: number,
  columns: number,
  four: ArrayLike<number>,
  distances: readonly Float64Array[],
): void {
  const queries = new Float64Array(4 * columns);
  for (let k = 0; k < 4; k++) {
    for (let c = 0; c < columns; c++) queries[4 * c + k] = data[four[k]! * columns + c]!;
  }
  const [d0, d1, d2, d3] = distances as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0, at = 0; i < rows; i++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let q = 0; q < queries.length; q += 4) {
      const value = data[at++]!;
      const e0 = value - queries[q]!;
      const e1 = value - queries[q + 1]!;
      const e2 = value - queries[q + 2]!;
      const e3 = value - queries[q + 3]!;
      s0 += e0 * e0;
      s1 += e1 * e1;
      s2 += e2 * e2;
      s3 += e3 * e3;
    }
    d0[i] = s0;
    d1[i] = s1;
    d2[i] = s2;
    d3[i] = s3;
  }
}
