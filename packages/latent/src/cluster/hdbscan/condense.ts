import { nodeSize, type SingleLinkage } from "./single-linkage.js";

/**
 * The hierarchy without splits that only shed a few rows: entry e says that child[e], of size[e] rows, leaves the cluster parent[e] at
 * density lambda[e] = 1 / mutual reachability (infinite for equal rows). Nodes below `rows` are rows; `rows` is the root; each
 * cluster's number is larger than its parent's. Entries of one parent come in order of lambda.
 */
export interface CondensedTree {
  parent: Int32Array;
  child: Int32Array;
  lambda: Float64Array;
  size: Int32Array;
}

/** Runt pruning (Campello et al. 2013; McInnes & Healy 2017): a split is real when both sides have at least minClusterSize rows. */
export function condense(linkage: SingleLinkage, minClusterSize: number): CondensedTree {
  const { rows, left, right, distance } = linkage;
  const tree: CondensedTree = {
    parent: new Int32Array(2 * rows),
    child: new Int32Array(2 * rows),
    lambda: new Float64Array(2 * rows),
    size: new Int32Array(2 * rows),
  };
  let entries = 0;
  const leave = (parent: number, child: number, lambda: number, size: number) => {
    tree.parent[entries] = parent;
    tree.child[entries] = child;
    tree.lambda[entries] = lambda;
    tree.size[entries] = size;
    entries++;
  };
  const stack = new Int32Array(rows);
  const shed = (node: number, cluster: number, lambda: number) => {
    stack[0] = node;
    for (let depth = 1; depth > 0; ) {
      const next = stack[--depth]!;
      if (next < rows) {
        leave(cluster, next, lambda, 1);
        continue;
      }
      stack[depth++] = right[next - rows]!;
      stack[depth++] = left[next - rows]!;
    }
  };

  // Breadth first, so that clusters are numbered from the top down.
  const queue = new Int32Array(rows);
  const clusterOf = new Int32Array(rows);
  let end = 1;
  let clusters = rows + 1;
  queue[0] = 2 * rows - 2;
  clusterOf[0] = rows;
  const go = (node: number, cluster: number) => {
    if (node < rows) return;
    queue[end] = node;
    clusterOf[end] = cluster;
    end++;
  };
  for (let start = 0; start < end; start++) {
    const merge = queue[start]! - rows;
    const cluster = clusterOf[start]!;
    const lambda = distance[merge]! > 0 ? 1 / distance[merge]! : Number.POSITIVE_INFINITY;
    const sides = [left[merge]!, right[merge]!];
    const large = sides.filter((node) => nodeSize(linkage, node) >= minClusterSize);
    for (const node of sides) {
      if (!large.includes(node)) {
        shed(node, cluster, lambda);
      } else if (large.length === 1) {
        go(node, cluster);
      } else {
        leave(cluster, clusters, lambda, nodeSize(linkage, node));
        go(node, clusters);
        clusters++;
      }
    }
  }
  return {
    parent: tree.parent.slice(0, entries),
    child: tree.child.slice(0, entries),
    lambda: tree.lambda.slice(0, entries),
    size: tree.size.slice(0, entries),
  };
}
