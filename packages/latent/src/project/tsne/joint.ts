/** Joint probabilities of pairs i < j, each once, by i: twice their sum is 1. */
export interface Joint {
  /** [rows + 1]: the pairs of row i are start[i] .. start[i + 1] - 1 */
  start: Int32Array;
  /** j of each pair */
  other: Int32Array;
  /** p_ij of each pair */
  probability: Float64Array;
}

/**
 * p_ij = (p(j|i) + p(i|j)) / (2 rows): neighbours index [rows, stride], of which the first `count` of each row count, with
 * probability [rows, count].
 */
export function jointProbabilities(
  index: Int32Array,
  stride: number,
  count: number,
  probability: Float64Array,
  rows: number,
): Joint {
  const start = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < count; k++) start[Math.min(i, index[i * stride + k]!) + 1]!++;
  }
  for (let i = 0; i < rows; i++) start[i + 1]! += start[i]!;
  const fill = start.slice(0, rows);
  const other = new Int32Array(rows * count);
  const joint = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < count; k++) {
      const j = index[i * stride + k]!;
      const at = fill[Math.min(i, j)]!++;
      other[at] = Math.max(i, j);
      joint[at] = probability[i * count + k]! / (2 * rows);
    }
  }
  return mergeTwins(start, other, joint, rows);
}

/** Pairs that came from both of their ends become one. */
function mergeTwins(start: Int32Array, other: Int32Array, joint: Float64Array, rows: number): Joint {
  const place = new Int32Array(rows).fill(-1);
  let size = 0;
  for (let i = 0, from = 0; i < rows; i++) {
    const to = start[i + 1]!;
    const first = size;
    for (let k = from; k < to; k++) {
      const j = other[k]!;
      if (place[j]! >= first) {
        joint[place[j]!]! += joint[k]!;
        continue;
      }
      place[j] = size;
      other[size] = j;
      joint[size++] = joint[k]!;
    }
    from = to;
    start[i + 1] = size;
  }
  return { start, other: other.slice(0, size), probability: joint.slice(0, size) };
}
