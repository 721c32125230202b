import type { Progress, Task } from "../../task.js";

/** A sparse matrix by rows: the entries of row i are those from start[i] to start[i + 1] - 1, by rising column. */
export interface SparseGraph {
  rows: number;
  start: Int32Array;
  column: Int32Array;
  weight: Float32Array;
}

/**
 * The fuzzy union of the neighbourhoods, A + A^T - A * A^T by element: a symmetric graph (McInnes, Healy & Melville 2018, algorithm 1).
 *
 * index: neighbours of each row [rows, stride], of which the first `count` are taken; weight: their memberships [rows, count]
 */
export function* fuzzyUnionTask(
  index: Int32Array,
  stride: number,
  weight: Float64Array,
  rows: number,
  count: number,
): Task<SparseGraph> {
  const progress = { stage: "graph", done: rows, total: 2 * rows };
  const forward = yield* byColumnTask(index, stride, weight, rows, count, progress);
  yield progress;
  const backward = transposed(forward.column, forward.weight, rows, count);
  const start = new Int32Array(rows + 1);
  const most = 2 * rows * count;
  const column = new Int32Array(most);
  const union = new Float32Array(most);
  let used = 0;
  for (let row = 0; row < rows; row++) {
    if (row % 4096 === 0) yield { ...progress, done: rows + row };
    let i = row * count;
    let j = backward.start[row]!;
    const [endI, endJ] = [i + count, backward.start[row + 1]!];
    while (i < endI || j < endJ) {
      const a = i < endI ? forward.column[i]! : rows;
      const b = j < endJ ? backward.column[j]! : rows;
      const there = a <= b ? forward.weight[i++]! : 0;
      const back = b <= a ? backward.weight[j++]! : 0;
      column[used] = Math.min(a, b);
      union[used++] = there + back - there * back;
    }
    start[row + 1] = used;
  }
  return { rows, start, column: column.slice(0, used), weight: union.slice(0, used) };
}

interface Entries {
  column: Int32Array;
  weight: Float64Array;
}

/** Each row's neighbours by rising number: two counting sorts, since a transposed matrix's rows come out sorted. */
function* byColumnTask(
  index: Int32Array,
  stride: number,
  weight: Float64Array,
  rows: number,
  count: number,
  progress: Progress,
): Task<Entries> {
  const compact = new Int32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < count; j++) compact[row * count + j] = index[row * stride + j]!;
  }
  yield progress;
  const once = transposed(compact, weight, rows, count);
  yield progress;
  const column = new Int32Array(rows * count);
  const sorted = new Float64Array(rows * count);
  const used = new Int32Array(rows);
  for (let point = 0; point < rows; point++) {
    for (let i = once.start[point]!; i < once.start[point + 1]!; i++) {
      const row = once.column[i]!;
      const at = row * count + used[row]!++;
      column[at] = point;
      sorted[at] = once.weight[i]!;
    }
  }
  return { column, weight: sorted };
}

/** The transpose of a matrix with `count` entries in every row. */
function transposed(
  column: Int32Array,
  weight: Float64Array,
  rows: number,
  count: number,
): Entries & { start: Int32Array } {
  const start = new Int32Array(rows + 1);
  for (let i = 0; i < column.length; i++) start[column[i]! + 1]!++;
  for (let row = 0; row < rows; row++) start[row + 1]! += start[row]!;
  const next = start.slice(0, rows);
  const back = new Int32Array(column.length);
  const backWeight = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const at = next[column[i]!]!++;
    back[at] = Math.floor(i / count);
    backWeight[at] = weight[i]!;
  }
  return { start, column: back, weight: backWeight };
}
