import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";

/**
 * Share of rows that have the commonest true label of their cluster (Zhao & Karypis 2004): the accuracy when each cluster is named
 * after its majority. 1 for clusters of one row each, so compare it only at the same number of clusters. Noise (-1) is a cluster
 * like any other.
 *
 * truth, clusters [rows] -> one number from 0 to 1
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function purity(truth: Labels, clusters: Labels): number {
  const { rows, b, second, count } = contingency("purity", truth, clusters);
  const most = new Int32Array(b.names.length);
  for (let entry = 0; entry < count.length; entry++) {
    const cluster = second[entry]!;
    if (count[entry]! > most[cluster]!) most[cluster] = count[entry]!;
  }
  return most.reduce((sum, rows) => sum + rows, 0) / rows;
}
