import type { ClusterTree } from "./clusters.js";

export interface Selection {
  selection: "eom" | "leaf";
  epsilon: number;
  allowSingleCluster: boolean;
}

/** A cluster of the flat clustering or not, one flag per cluster of the tree. */
type Chosen = Uint8Array;

/** Names of the ways to choose, and how each does it. */
export const selections: { [K in Selection["selection"]]: (tree: ClusterTree, root: boolean) => Chosen } = {
  eom: excessOfMass,
  leaf: leaves,
};

/** The clusters of the flat clustering, ascending: none is below another one. */
export function selectClusters(tree: ClusterTree, options: Selection): number[] {
  const { selection, epsilon, allowSingleCluster } = options;
  const chosen = selections[selection](tree, allowSingleCluster);
  const flat = epsilon > 0 && tree.count > 1 ? merged(tree, chosen, epsilon, allowSingleCluster) : chosen;
  const selected: number[] = [];
  for (let cluster = 0; cluster < tree.count; cluster++) if (flat[cluster]) selected.push(cluster);
  return selected;
}

/** The set of clusters, none below another, with the largest sum of stabilities (Campello et al. 2013, algorithm 3). */
function excessOfMass({ count, children, stability }: ClusterTree, root: boolean): Chosen {
  const chosen = new Uint8Array(count).fill(1);
  const best = stability.slice();
  for (let cluster = count - 1; cluster >= 0; cluster--) {
    let below = 0;
    for (const child of children[cluster]!) below += best[child]!;
    if (below > stability[cluster]! || (cluster === 0 && !root)) {
      chosen[cluster] = 0;
      best[cluster] = below;
    }
  }
  // The topmost of those chosen on each way down stays.
  const covered = new Uint8Array(count);
  for (let cluster = 0; cluster < count; cluster++) {
    if (covered[cluster]) chosen[cluster] = 0;
    const covers = covered[cluster] || chosen[cluster] ? 1 : 0;
    for (const child of children[cluster]!) covered[child] = covers;
  }
  return chosen;
}

/** Clusters that do not split. The root is none, even if it does not split: it is all rows, as scikit-learn has it. */
function leaves({ count, children }: ClusterTree): Chosen {
  const chosen = new Uint8Array(count);
  for (let cluster = 1; cluster < count; cluster++) chosen[cluster] = children[cluster]!.length === 0 ? 1 : 0;
  return chosen;
}

/**
 * Chosen clusters that split off below the distance epsilon, each replaced by the first one above it that did not (Malzer & Baum
 * 2020); without the root by the root's child.
 */
function merged(tree: ClusterTree, chosen: Chosen, epsilon: number, root: boolean): Chosen {
  if (chosen[0]) return chosen;
  const flat = new Uint8Array(tree.count);
  for (let cluster = 1; cluster < tree.count; cluster++) {
    if (!chosen[cluster]) continue;
    let at = cluster;
    if (1 / tree.birth[at]! < epsilon) {
      do {
        const above = tree.parent[at]!;
        if (above === 0) {
          if (root) at = 0;
          break;
        }
        at = above;
      } while (1 / tree.birth[at]! <= epsilon);
    }
    flat[at] = 1;
  }
  return flat;
}
