import type { Progress } from "../../task.js";
import { attract } from "./attraction.js";
import type { Joint } from "./joint.js";
import { createSources, repel, type Sources } from "./repulsion.js";
import { buildTree, createTree, type Tree } from "./tree.js";

/** The two sides of the gradient of KL(P || Q), and the room to compute them in; one array of `rows` numbers per dimension. */
export interface Forces {
  tree: Tree;
  sources: Sources;
  /** sum_j p_ij w_ij (y_i - y_j) */
  attraction: Float64Array[];
  /** sum_j q_ij w_ij (y_i - y_j); divide by `total` */
  repulsion: Float64Array[];
  /** sum of q_ij over all pairs i != j */
  total: number;
}

/** Work between two yields: points that walk the tree, pairs that attract. */
const pointsPerYield = 2000;
const pairsPerYield = 1_000_000;

export function createForces(rows: number, dimensions: number): Forces {
  const perDimension = () => Array.from({ length: dimensions }, () => new Float64Array(rows));
  return {
    tree: createTree(rows, dimensions),
    sources: createSources(rows, dimensions),
    attraction: perDimension(),
    repulsion: perDimension(),
    total: 0,
  };
}

/** Fill the forces at these positions; the gradient is 2 (nu + 1) / nu (attraction - repulsion / total), nu = dimensions - 1. */
export function* computeForces(
  forces: Forces,
  joint: Joint,
  positions: readonly Float64Array[],
  angle: number,
  progress: Progress,
): Generator<Progress, void, void> {
  const { tree, sources, attraction, repulsion } = forces;
  const rows = tree.order.length;
  buildTree(tree, positions);
  yield progress;
  // Every point counts its pair with itself, of 1.
  forces.total = -rows;
  for (let from = 0; from < tree.groupCount; ) {
    const to = groupsUpTo(tree, from);
    forces.total += repel(tree, sources, angle, from, to, repulsion);
    from = to;
    yield progress;
  }
  for (const values of attraction) values.fill(0);
  const rowsPerYield = Math.ceil((rows * pairsPerYield) / Math.max(1, joint.other.length));
  for (let from = 0; from < rows; from += rowsPerYield) {
    attract(joint, positions, from, Math.min(rows, from + rowsPerYield), attraction);
    yield progress;
  }
}

function groupsUpTo(tree: Tree, from: number): number {
  const start = tree.start[tree.groups[from]!]!;
  let to = from + 1;
  while (to < tree.groupCount && tree.end[tree.groups[to]!]! - start <= pointsPerYield) to++;
  return to;
}
