import type { Task } from "../task.js";

/** Products between two rests. */
const chunk = 4e6;

/**
 * Products of rows with each other about their mean: data [rows, columns] -> centred [rows, columns], gram [rows, rows], both
 * float64 row-major. For fewer rows than columns, where it is smaller than the scatter matrix and has the same eigenvalues.
 */
export function* gramTask(
  data: Float32Array,
  rows: number,
  columns: number,
): Task<{ mean: Float64Array; centred: Float64Array; gram: Float64Array }> {
  const progress = { stage: "products", done: 0, total: rows };
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let c = 0; c < columns; c++) mean[c]! += data[at++]! / rows;
    if (i % 64 === 63) yield progress;
  }
  const centred = new Float64Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let c = 0; c < columns; c++, at++) centred[at] = data[at]! - mean[c]!;
    if (i % 64 === 63) yield progress;
  }
  const gram = new Float64Array(rows * rows);
  for (let i = 0, made = 0; i < rows; i += 2) {
    const below = Math.min(i + 1, rows - 1);
    for (let j = 0; j <= below; j += 4) {
      addTile(centred, i, below, j, rows, columns, gram);
      made += 8 * columns;
      if (made < chunk) continue;
      made = 0;
      progress.done = i;
      yield progress;
    }
  }
  return { mean, centred, gram };
}

/** Products of rows i and `below` with the four rows from j on, both ways; past the end the last row stands in. */
function addTile(
  centred: Float64Array,
  i: number,
  below: number,
  j: number,
  rows: number,
  columns: number,
  gram: Float64Array,
): void {
  const at = [j, j + 1, j + 2, j + 3].map((row) => Math.min(row, rows - 1));
  const [p, q, r, s] = at.map((row) => row * columns) as [number, number, number, number];
  const [x, y] = [i * columns, below * columns];
  const sums = [0, 0, 0, 0, 0, 0, 0, 0];
  let [a, b, c, d, e, f, g, h] = sums as [number, number, number, number, number, number, number, number];
  for (let k = 0; k < columns; k++) {
    const upper = centred[x + k]!;
    const lower = centred[y + k]!;
    const first = centred[p + k]!;
    const second = centred[q + k]!;
    const third = centred[r + k]!;
    const fourth = centred[s + k]!;
    a += upper * first;
    b += upper * second;
    c += upper * third;
    d += upper * fourth;
    e += lower * first;
    f += lower * second;
    g += lower * third;
    h += lower * fourth;
  }
  for (const [row, values] of [
    [i, [a, b, c, d]],
    [below, [e, f, g, h]],
  ] as const) {
    for (let k = 0; k < 4; k++) {
      gram[row * rows + at[k]!] = values[k]!;
      gram[at[k]! * rows + row] = values[k]!;
    }
  }
}
