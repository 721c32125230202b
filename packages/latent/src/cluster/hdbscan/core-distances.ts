import { squaredDistance } from "../../linear/squared-distance.js";
import { nearestNeighboursTask } from "../../neighbours/nearest-neighbours.js";
import { rowsOf } from "../../rows.js";
import type { Task } from "../../task.js";
import { kthSquaredDistance } from "./kth-distance.js";

/** Of more neighbours no lists are kept: rows * neighbours numbers could be as many as rows * rows. */
export const mostListed = 200;

/**
 * Squared Euclidean distance of each row to its count-th nearest, the row itself counted as the first (so `count` 1 gives zeros).
 *
 * data [rows, columns] -> [rows]; 1 <= count <= rows
 */
export function* squaredCoreDistances(
  data: Float32Array,
  columns: number,
  count: number,
): Task<Float64Array> {
  const rows = data.length / columns;
  const core = new Float64Array(rows);
  const others = count - 1;
  if (others === 0) return core;
  if (others <= mostListed) {
    const { index } = yield* nearestNeighboursTask(rowsOf(data, columns), { count: others, method: "exact" });
    for (let row = 0; row < rows; row++) {
      // From the numbers again: a core distance is compared with distances of the same pair, to the last bit.
      for (let at = row * others; at < (row + 1) * others; at++) {
        const square = squaredDistance(data, row, data, index[at]!, columns);
        if (square > core[row]!) core[row] = square;
      }
    }
    return core;
  }
  const nearest = new Float64Array(count);
  const batch = Math.max(1, Math.floor(1e6 / data.length));
  for (let row = 0; row < rows; row++) {
    if (row % batch === 0) yield { stage: "neighbours", done: row, total: rows };
    core[row] = kthSquaredDistance(data, columns, data, row, nearest);
  }
  return core;
}
