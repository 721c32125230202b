import type { Progress, Task } from "../task.js";

/** Points of one leaf at most. */
const leafSize = 24;

/**
 * A k-d tree (Bentley 1975; Friedman, Bentley & Finkel 1977) whose nodes have tight boxes: halves at the median of the column with the
 * largest variance, equal points too, so that its depth is log2(rows / leaf). Its points lie in the order of the leaves, their columns
 * in the order of falling variance, so that sums of squares pass a limit early.
 */
export interface KdTree {
  /** [rows, columns] in the tree's order of rows and columns. */
  points: Float32Array;
  rows: number;
  columns: number;
  /** The row of the caller's points at each place of the tree's. */
  order: Int32Array;
  /** The caller's column at each place. */
  columnOrder: Int32Array;
  /** Nodes in preorder: the left child follows its parent, this is the right one; 0 for leaves. */
  right: Int32Array;
  /** Rows from .. to - 1 of each node. */
  from: Int32Array;
  to: Int32Array;
  /** Box of each node [nodes, columns]. */
  low: Float32Array;
  high: Float32Array;
}

/** data [rows, columns] -> its tree; O(rows log rows columns) time, about three times the memory of the data. */
export function* kdTreeTask(data: Float32Array, rows: number, columns: number): Task<KdTree> {
  const columnOrder = columnsByVariance(data, rows, columns);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const keys = new Float32Array(rows);
  const nodes = countNodes(rows);
  const [right, from, to] = [new Int32Array(nodes), new Int32Array(nodes), new Int32Array(nodes)];
  const low = new Float32Array(nodes * columns);
  const high = new Float32Array(nodes * columns);
  const variance = new Float64Array(columns);
  const waiting: { from: number; to: number; parent: number }[] = [{ from: 0, to: rows, parent: -1 }];
  for (let node = 0; node < nodes; node++) {
    const span = waiting.pop()!;
    if (span.parent >= 0) right[span.parent] = node;
    from[node] = span.from;
    to[node] = span.to;
    measure(data, columns, columnOrder, order, span.from, span.to, low, high, node * columns, variance);
    yield progressOf(node, nodes);
    if (span.to - span.from <= leafSize) continue;
    const column = columnOrder[widest(variance)]!;
    for (let i = span.from; i < span.to; i++) keys[i] = data[order[i]! * columns + column]!;
    const middle = (span.from + span.to) >>> 1;
    splitAt(keys, order, span.from, span.to - 1, middle);
    waiting.push({ from: middle, to: span.to, parent: node }, { from: span.from, to: middle, parent: -1 });
  }
  const points = reordered(data, rows, columns, order, columnOrder);
  return { points, rows, columns, order, columnOrder, right, from, to, low, high };
}

/** Rows in an order of columns, and of rows where one is given. */
export function reordered(
  data: Float32Array,
  rows: number,
  columns: number,
  order: Int32Array | undefined,
  columnOrder: Int32Array,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = (order ? order[row]! : row) * columns;
    for (let c = 0; c < columns; c++) out[row * columns + c] = data[start + columnOrder[c]!]!;
  }
  return out;
}

function progressOf(done: number, total: number): Progress {
  return { stage: "tree", done, total };
}

function countNodes(rows: number): number {
  if (rows <= leafSize) return 1;
  const half = rows >>> 1;
  return 1 + countNodes(half) + countNodes(rows - half);
}

function columnsByVariance(data: Float32Array, rows: number, columns: number): Int32Array {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const weight = 1 / (row + 1);
    for (let c = 0; c < columns; c++) {
      const off = data[row * columns + c]! - mean[c]!;
      mean[c]! += off * weight;
      variance[c]! += off * (data[row * columns + c]! - mean[c]!);
    }
  }
  return Int32Array.from({ length: columns }, (_, c) => c).sort(
    (a, b) => variance[b]! - variance[a]! || a - b,
  );
}

/** Box and variances of the rows from .. to - 1 of the order. */
function measure(
  data: Float32Array,
  columns: number,
  columnOrder: Int32Array,
  order: Int32Array,
  from: number,
  to: number,
  low: Float32Array,
  high: Float32Array,
  at: number,
  variance: Float64Array,
): void {
  for (let c = 0; c < columns; c++) {
    const column = columnOrder[c]!;
    const origin = data[order[from]! * columns + column]!;
    let least = origin;
    let most = origin;
    let sum = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      const value = data[order[i]! * columns + column]!;
      if (value < least) least = value;
      if (value > most) most = value;
      const off = value - origin;
      sum += off;
      squares += off * off;
    }
    low[at + c] = least;
    high[at + c] = most;
    variance[c] = squares - (sum * sum) / (to - from);
  }
}

function widest(variance: Float64Array): number {
  let best = 0;
  for (let c = 1; c < variance.length; c++) if (variance[c]! > variance[best]!) best = c;
  return best;
}

/** Quickselect (Hoare 1961): afterwards no key before `middle` is above one from it on. */
function splitAt(keys: Float32Array, order: Int32Array, first: number, last: number, middle: number): void {
  let from = first;
  let to = last;
  while (from < to) {
    const pivot = keys[(from + to) >>> 1]!;
    let i = from;
    let j = to;
    while (i <= j) {
      while (keys[i]! < pivot) i++;
      while (keys[j]! > pivot) j--;
      if (i > j) break;
      const key = keys[i]!;
      keys[i] = keys[j]!;
      keys[j] = key;
      const row = order[i]!;
      order[i] = order[j]!;
      order[j] = row;
      i++;
      j--;
    }
    if (middle <= j) to = j;
    else if (middle >= i) from = i;
    else return;
  }
}
