/**
 * The nearest.length-th smallest squared distance of row `row` of the queries to the rows of data, by looking at all of them;
 * `nearest` is scratch and holds the smallest ones afterwards, as a heap with the largest first.
 */
export function kthSquaredDistance(
  data: Float32Array,
  columns: number,
  queries: Float32Array,
  row: number,
  nearest: Float64Array,
): number {
  nearest.fill(Number.POSITIVE_INFINITY);
  const at = row * columns;
  const fours = columns & ~3;
  let limit = Number.POSITIVE_INFINITY;
  for (let other = 0; other < data.length; other += columns) {
    let square = 0;
    let c = 0;
    // Most rows are farther than the limit after a few columns.
    for (; c < fours && square < limit; c += 4) {
      const p = queries[at + c]! - data[other + c]!;
      const q = queries[at + c + 1]! - data[other + c + 1]!;
      const r = queries[at + c + 2]! - data[other + c + 2]!;
      const s = queries[at + c + 3]! - data[other + c + 3]!;
      square += p * p + q * q + (r * r + s * s);
    }
    for (; c < columns && square < limit; c++) {
      const p = queries[at + c]! - data[other + c]!;
      square += p * p;
    }
    if (square < limit) limit = replaceLargest(nearest, square);
  }
  return limit;
}

/** Put `value` in the place of the heap's largest; the new largest. */
function replaceLargest(heap: Float64Array, value: number): number {
  const { length } = heap;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= length) break;
    if (child + 1 < length && heap[child + 1]! > heap[child]!) child++;
    if (heap[child]! <= value) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
  return heap[0]!;
}
