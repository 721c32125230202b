import type { ClusterTree } from "./clusters.js";
import type { CondensedTree } from "./condense.js";

/** How the clusters of a tree become labels of rows. */
export interface Labelling {
  tree: ClusterTree;
  /** The flat clustering: label l is cluster selected[l] of the tree. */
  selected: readonly number[];
  /** Per cluster of the tree the label that its rows get; -1 for noise, and for the root. */
  label: Int32Array;
  /** Least density of rows in the root when it is the only cluster; NaN when it is not. */
  rootThreshold: number;
}

export function labelling(tree: ClusterTree, selected: readonly number[], epsilon: number): Labelling {
  const label = new Int32Array(tree.count).fill(-1);
  selected.forEach((cluster, l) => {
    label[cluster] = l;
  });
  const onlyRoot = selected.length === 1 && selected[0] === 0;
  for (let cluster = 1; cluster < tree.count; cluster++) {
    if (label[cluster] === -1) label[cluster] = label[tree.parent[cluster]!]!;
  }
  const rootThreshold = epsilon > 0 ? 1 / epsilon : tree.death[0]!;
  return { tree, selected, label, rootThreshold: onlyRoot ? rootThreshold : Number.NaN };
}

/**
 * Label, probability and outlier score of a row that leaves the tree's cluster `cluster` at density lambda, into place `row`.
 * probability = lambda / (largest lambda of the flat cluster itself); the score is GLOSH (Campello et al. 2015),
 * 1 - lambda / (largest lambda at or below `cluster`). Rows that equal others (lambda infinite) have 1 and 0.
 */
export function labelRow(
  { tree, selected, label, rootThreshold }: Labelling,
  cluster: number,
  lambda: number,
  row: number,
  labels: Int32Array,
  probabilities: Float32Array,
  outlierScores: Float32Array,
): void {
  let own = label[cluster]!;
  // With the root as the only cluster, its sparse rows are noise.
  if (own >= 0 && selected[own] === 0 && !(lambda >= rootThreshold)) own = -1;
  labels[row] = own;
  probabilities[row] = own < 0 ? 0 : share(lambda, tree.death[selected[own]!]!);
  outlierScores[row] = 1 - share(lambda, tree.deepest[cluster]!);
}

/** lambda over the largest one, at most 1, with 1 / 0 and 0 / 0 as what they tend to. */
function share(lambda: number, largest: number): number {
  if (lambda >= largest) return 1;
  return lambda / largest;
}

/** The cluster of the tree that each row leaves, and at which density. */
export function leaving(
  { parent, child, lambda }: CondensedTree,
  rows: number,
): { cluster: Int32Array; lambda: Float64Array } {
  const left = { cluster: new Int32Array(rows), lambda: new Float64Array(rows) };
  for (let entry = 0; entry < child.length; entry++) {
    const row = child[entry]!;
    if (row >= rows) continue;
    left.cluster[row] = parent[entry]! - rows;
    left.lambda[row] = lambda[entry]!;
  }
  return left;
}
