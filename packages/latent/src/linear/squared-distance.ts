/** Squared Euclidean distance of row `i` of a to row `j` of b; HDBSCAN's own inner loops add in the same order. */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  columns: number,
): number {
  const from = i * columns;
  const to = j * columns;
  const fours = columns & ~3;
  let square = 0;
  for (let c = 0; c < fours; c += 4) {
    const p = a[from + c]! - b[to + c]!;
    const q = a[from + c + 1]! - b[to + c + 1]!;
    const r = a[from + c + 2]! - b[to + c + 2]!;
    const s = a[from + c + 3]! - b[to + c + 3]!;
    square += p * p + q * q + (r * r + s * s);
  }
  for (let c = fours; c < columns; c++) {
    const p = a[from + c]! - b[to + c]!;
    square += p * p;
  }
  return square;
}
