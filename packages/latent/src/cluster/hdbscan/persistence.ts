import type { ClusterTree } from "./clusters.js";

/**
 * How long each flat cluster lasts over the range of densities, from 0 to 1: stability / (rows in it * largest lambda of the tree), as
 * the hdbscan library has it. A cluster of infinite stability (equal rows) has 1, and the others are measured against the largest
 * finite lambda.
 *
 * lambda: of the condensed tree's entries; labels [rows] -> one number per flat cluster
 */
export function clusterPersistence(
  { stability }: ClusterTree,
  selected: readonly number[],
  lambda: Float64Array,
  labels: Int32Array,
): number[] {
  let largest = 0;
  for (let entry = 0; entry < lambda.length; entry++) {
    if (lambda[entry]! > largest && lambda[entry]! < Number.POSITIVE_INFINITY) largest = lambda[entry]!;
  }
  const sizes = new Int32Array(selected.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label >= 0) sizes[label] = sizes[label]! + 1;
  }
  return selected.map((cluster, label) => {
    const excess = stability[cluster]!;
    return excess < Number.POSITIVE_INFINITY ? Math.min(1, excess / (sizes[label]! * largest)) : 1;
  });
}
