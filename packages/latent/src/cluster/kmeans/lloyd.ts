import type { Progress, Task } from "../../task.js";
import { Assignment } from "./assignment.js";
import type { WeightedRows } from "./distinct.js";
import type { DistanceKernels } from "./kernels.js";
import { block } from "./nearest-two.js";
import { ClusterSums } from "./sums.js";

export interface LloydOptions {
  maxIterations: number;
  /** Sum of the centers' squared shifts from which on it has converged. */
  threshold: number;
  progress: Progress;
  /** null: without them. */
  kernels?: DistanceKernels | null;
}

export interface LloydRun {
  /** [clusters, columns] */
  centers: Float64Array;
  labels: Int32Array;
  inertia: number;
  iterations: number;
  converged: boolean;
}

/**
 * Lloyd's iterations from given centers. Clusters that lose all rows restart at the rows farthest from their centers.
 * start [clusters, columns]
 */
export function* lloydTask(
  points: WeightedRows,
  start: Float64Array,
  { maxIterations, threshold, progress, kernels }: LloydOptions,
): Task<LloydRun> {
  const { rows, columns } = points;
  const sums = new ClusterSums(points, start.length / columns);
  const assignment = new Assignment(points, Float64Array.from(start), sums, kernels);
  let iterations = 0;
  let converged = false;
  let settled = false;
  while (iterations < maxIterations && !converged) {
    iterations++;
    const { labels, centers } = assignment;
    let changes = 0;
    for (let from = 0; from < rows; from += block) {
      changes += assignment.assign(from, Math.min(from + block, rows));
      yield progress;
    }
    const shift = assignment.moveTo(sums.centers(centers, labels));
    settled = changes === 0 && !sums.hasEmpty();
    converged = settled || squares(shift) <= threshold;
  }
  for (let from = 0; from < rows && !settled; from += block) {
    assignment.assign(from, Math.min(from + block, rows));
    yield progress;
  }
  const { labels, centers } = assignment;
  return { centers, labels, inertia: inertiaOf(points, centers, labels), iterations, converged };
}

function squares(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value * value;
  return total;
}

/** Weighted sum of squared distances to the rows' centers. */
function inertiaOf(
  { data, rows, columns, weights }: WeightedRows,
  centers: Float64Array,
  labels: Int32Array,
): number {
  let inertia = 0;
  for (let row = 0; row < rows; row++) {
    let square = 0;
    const base = row * columns;
    const center = labels[row]! * columns;
    for (let j = 0; j < columns; j++) {
      const x = data[base + j]! - centers[center + j]!;
      square += x * x;
    }
    inertia += weights ? weights[row]! * square : square;
  }
  return inertia;
}
