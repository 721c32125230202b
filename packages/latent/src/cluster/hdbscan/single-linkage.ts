import type { SpanningTree } from "../../neighbours/spanning-tree.js";

/** Merges from the nearest to the farthest: merge m joins left[m] and right[m] (rows, or rows + an earlier merge) into node rows + m. */
export interface SingleLinkage {
  rows: number;
  left: Int32Array;
  right: Int32Array;
  /** Mutual reachability at which they join. */
  distance: Float64Array;
  /** Rows in the merged node. */
  size: Int32Array;
}

/** The hierarchy of a spanning tree; edges of equal length join in the order that they have in the tree. */
export function singleLinkage({ from, to, squared }: SpanningTree): SingleLinkage {
  const merges = squared.length;
  const rows = merges + 1;
  const order = Int32Array.from({ length: merges }, (_, i) => i).sort(
    (a, b) => squared[a]! - squared[b]! || a - b,
  );
  const linkage: SingleLinkage = {
    rows,
    left: new Int32Array(merges),
    right: new Int32Array(merges),
    distance: new Float64Array(merges),
    size: new Int32Array(merges),
  };
  const parent = Int32Array.from({ length: rows + merges }, (_, i) => i);
  for (let merge = 0; merge < merges; merge++) {
    const edge = order[merge]!;
    const left = top(parent, from[edge]!);
    const right = top(parent, to[edge]!);
    linkage.left[merge] = left;
    linkage.right[merge] = right;
    linkage.distance[merge] = Math.sqrt(squared[edge]!);
    linkage.size[merge] = nodeSize(linkage, left) + nodeSize(linkage, right);
    parent[left] = rows + merge;
    parent[right] = rows + merge;
  }
  return linkage;
}

export function nodeSize({ rows, size }: SingleLinkage, node: number): number {
  return node < rows ? 1 : size[node - rows]!;
}

/** The node above all others that `node` is in; halves the way there for the next search. */
function top(parent: Int32Array, node: number): number {
  let at = node;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}
