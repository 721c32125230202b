import type { Progress, Task } from "../../task.js";

/** Joint probabilities of pairs i < j, each once, by i: twice their sum is 1. */
export interface Joint {
  /** [rows + 1]: the pairs of row i are start[i] .. start[i + 1] - 1 */
  start: Int32Array;
  /** j of each pair */
  other: Int32Array;
  /** p_ij of each pair */
  probability: Float64Array;
}

const rowsPerYield = 2000;

/**
 * p_ij = (p(j|i) + p(i|j)) / (2 rows): neighbours index [rows, stride], of which the first `count` of each row count, with
 * probability [rows, count].
 */
export function* jointProbabilities(
  index: Int32Array,
  stride: number,
  count: number,
  probability: Float64Array,
  rows: number,
): Task<Joint> {
  const progress: Progress = { stage: "probabilities", done: rows, total: rows };
  const start = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < count; k++) start[Math.min(i, index[i * stride + k]!) + 1]!++;
  }
  for (let i = 0; i < rows; i++) start[i + 1]! += start[i]!;
  yield progress;
  const fill = start.slice(0, rows);
  const other = new Int32Array(rows * count);
  const joint = new Float64Array(rows * count);
  for (let from = 0; from < rows; from += rowsPerYield) {
    const to = Math.min(rows, from + rowsPerYield);
    placePairs(index, stride, count, probability, from, to, rows, fill, other, joint);
    yield progress;
  }
  const place = new Int32Array(rows).fill(-1);
  const end = { read: 0, write: 0 };
  for (let from = 0; from < rows; from += rowsPerYield) {
    mergeTwins(start, other, joint, from, Math.min(rows, from + rowsPerYield), place, end);
    yield progress;
  }
  return { start, other: other.slice(0, end.write), probability: joint.slice(0, end.write) };
}

function placePairs(
  index: Int32Array,
  stride: number,
  count: number,
  probability: Float64Array,
  from: number,
  to: number,
  rows: number,
  fill: Int32Array,
  other: Int32Array,
  joint: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    for (let k = 0; k < count; k++) {
      const j = index[i * stride + k]!;
      const at = fill[Math.min(i, j)]!++;
      other[at] = Math.max(i, j);
      joint[at] = probability[i * count + k]! / (2 * rows);
    }
  }
}

/** Pairs that came from both of their ends become one; `end` says up to where the lists are read and written. */
function mergeTwins(
  start: Int32Array,
  other: Int32Array,
  joint: Float64Array,
  from: number,
  to: number,
  place: Int32Array,
  end: { read: number; write: number },
): void {
  let { read, write } = end;
  for (let i = from; i < to; i++) {
    const first = write;
    for (const last = start[i + 1]!; read < last; read++) {
      const j = other[read]!;
      if (place[j]! >= first) {
        joint[place[j]!]! += joint[read]!;
        continue;
      }
      place[j] = write;
      other[write] = j;
      joint[write++] = joint[read]!;
    }
    start[i + 1] = write;
  }
  end.read = read;
  end.write = write;
}
