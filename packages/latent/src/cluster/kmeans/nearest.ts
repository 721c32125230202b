import type { Progress, Task } from "../../task.js";
import { assignRows, padCenters } from "./assign.js";
import type { WeightedRows } from "./distinct.js";

/** Rows between two yields. */
const block = 4096;

/** The nearest of centers [clusters, columns] of each row. */
export function* nearestTask(
  { data, rows, columns }: WeightedRows,
  centers: ArrayLike<number>,
  progress: Progress,
): Task<Int32Array> {
  const labels = new Int32Array(rows);
  const squares = new Float64Array(rows);
  const seconds = new Float64Array(rows);
  const { centers: padded, count } = padCenters(centers, columns);
  const which = Int32Array.from({ length: rows }, (_, i) => i);
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(from + block, rows);
    assignRows(data, columns, padded, count, which, from, to, labels, squares, seconds);
    yield progress;
  }
  return labels;
}
