import { Random } from "./random.js";
import { type Rows, rowsOf } from "./rows.js";

/**
 * The numbers of `most` of `rows` rows, drawn without replacement, ascending; all of them when there are not more. They are
 * drawn at random because evenly spaced ones can fall in step with the order of the data: of rows that alternate between two
 * groups, every second one is of one group.
 * seed: an integer from 0 of at most 53 bits, or a stream, of which nothing is taken where all rows are
 */
export function someRows(rows: number, most: number, seed: number | Random): Uint32Array {
  const random = seed instanceof Random ? seed : new Random(seed);
  if (rows <= most) return Uint32Array.from({ length: rows }, (_, i) => i);
  return Uint32Array.from(random.choose(most, rows)).sort();
}

/** The rows at `indices`, in their order, copied. */
export function takeRows({ data, shape }: Rows, indices: ArrayLike<number>): Rows {
  const columns = shape[1]!;
  const taken = new Float32Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * columns;
    taken.set(data.subarray(start, start + columns), i * columns);
  }
  return rowsOf(taken, columns);
}
