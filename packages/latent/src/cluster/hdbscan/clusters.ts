import type { CondensedTree } from "./condense.js";

/** The clusters of a condensed tree, numbered from 0 for the root: cluster c is the tree's node rows + c; parents come before children. */
export interface ClusterTree {
  /** Rows of the data; the tree's node of the root. */
  rows: number;
  count: number;
  /** -1 for the root. */
  parent: Int32Array;
  children: number[][];
  /** Density at which the cluster splits off its parent; 0 for the root. */
  birth: Float64Array;
  /** Largest density at which anything leaves the cluster itself. */
  death: Float64Array;
  /** Largest density at which a row leaves the cluster or one below it. */
  deepest: Float64Array;
  /** Excess of mass: sum over what leaves of (lambda - birth) size; infinite with enough equal rows. */
  stability: Float64Array;
}

export function clusterTree(tree: CondensedTree, rows: number): ClusterTree {
  const { parent, child, lambda, size } = tree;
  let count = 1;
  for (let entry = 0; entry < child.length; entry++) {
    if (child[entry]! >= rows) count = Math.max(count, child[entry]! - rows + 1);
  }
  const clusters: ClusterTree = {
    rows,
    count,
    parent: new Int32Array(count).fill(-1),
    children: Array.from({ length: count }, () => []),
    birth: new Float64Array(count),
    death: new Float64Array(count),
    deepest: new Float64Array(count),
    stability: new Float64Array(count),
  };
  for (let entry = 0; entry < child.length; entry++) {
    if (child[entry]! < rows) continue;
    const [above, below] = [parent[entry]! - rows, child[entry]! - rows];
    clusters.parent[below] = above;
    clusters.children[above]!.push(below);
    clusters.birth[below] = lambda[entry]!;
  }
  for (let entry = 0; entry < child.length; entry++) {
    const cluster = parent[entry]! - rows;
    const born = clusters.birth[cluster]!;
    // Equal rows leave at infinity; what was born there has no excess of mass, and infinity - infinity is NaN.
    if (lambda[entry]! > born) {
      clusters.stability[cluster] = clusters.stability[cluster]! + (lambda[entry]! - born) * size[entry]!;
    }
    if (lambda[entry]! > clusters.death[cluster]!) clusters.death[cluster] = lambda[entry]!;
  }
  clusters.deepest.set(clusters.death);
  for (let cluster = count - 1; cluster > 0; cluster--) {
    const above = clusters.parent[cluster]!;
    if (clusters.deepest[cluster]! > clusters.deepest[above]!) {
      clusters.deepest[above] = clusters.deepest[cluster]!;
    }
  }
  return clusters;
}
