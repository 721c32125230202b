import type { Rows } from "./rows.js";

export interface DistinctOptions {
  /** Stop at so many. Default: all. */
  limit?: number;
  /** Rows of weight 0 are passed over [rows]. */
  weights?: Float32Array | undefined;
}

/** The numbers of the rows that are equal to none before them, ascending; 0 and -0 are equal. O(rows columns) */
export function distinctRows({ data, shape }: Rows, { limit, weights }: DistinctOptions = {}): Uint32Array {
  const [rows, columns] = shape as [number, number];
  const most = Math.min(rows, limit ?? rows);
  const found = new Uint32Array(most);
  const mask = 2 ** Math.ceil(Math.log2(2 * most + 1)) - 1;
  /** Places in `found` by hash, from 1; a row that finds its place taken by another takes the next. */
  const table = new Int32Array(mask + 1);
  const value = new Float32Array(1);
  const bits = new Int32Array(value.buffer);
  let count = 0;
  for (let row = 0; row < rows && count < most; row++) {
    if (weights?.[row] === 0) continue;
    let hash = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      value[0] = data[i]! + 0;
      hash = Math.imul(hash ^ bits[0]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let place = hash & mask;
    while (table[place]! > 0 && !equalRows(data, columns, found[table[place]! - 1]!, row)) {
      place = (place + 1) & mask;
    }
    if (table[place]! > 0) continue;
    found[count++] = row;
    table[place] = count;
  }
  return found.slice(0, count);
}

function equalRows(data: Float32Array, columns: number, a: number, b: number): boolean {
  for (let j = 0; j < columns; j++) if (data[a * columns + j] !== data[b * columns + j]) return false;
  return true;
}
