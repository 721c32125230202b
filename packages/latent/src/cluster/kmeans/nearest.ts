import type { Progress, Task } from "../../task.js";
import type { WeightedRows } from "./distinct.js";
import type { DistanceKernels } from "./kernels.js";
import { block, NearestTwo, nothingFound } from "./nearest-two.js";

/** The nearest of centers [clusters, columns] of each row. kernels: null for without them */
export function* nearestTask(
  { data, rows, columns }: WeightedRows,
  centers: ArrayLike<number>,
  progress: Progress,
  kernels?: DistanceKernels | null,
): Task<Int32Array> {
  const found = nothingFound(rows);
  const none = new Float64Array(centers.length / columns + 1);
  const nearest = new NearestTwo(data, columns, kernels);
  nearest.place(centers);
  for (let from = 0; from < rows; from += block) {
    nearest.update(found, none, from, Math.min(from + block, rows));
    yield progress;
  }
  return found.labels;
}
