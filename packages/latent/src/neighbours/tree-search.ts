import type { KdTree } from "./kd-tree.js";
import { squaredDistances } from "./squared-distances.js";

/** The nearest points found so far for one query, nearest first. */
export interface Nearest {
  index: Int32Array;
  /** Squared; Infinity where none was found yet. */
  squared: Float64Array;
}

/** What a search goes over again and again. */
export interface Search {
  nodes: Int32Array;
  bounds: Float64Array;
  leaf: Float64Array;
}

export function newSearch(): Search {
  return { nodes: new Int32Array(64), bounds: new Float64Array(64), leaf: new Float64Array(64) };
}

/**
 * The nearest points of a tree to the row of `query` that starts at the number `at`, in the tree's numbers of rows.
 * self: a row to leave out, or -1. slack: 1 finds the exact ones; s leaves boxes out that lie farther than 1/s of the distance to the
 * last neighbour, squared (Arya & Mount 1993). budget: points to look at, about.
 */
export function searchTree(
  tree: KdTree,
  query: Float32Array,
  at: number,
  self: number,
  slack: number,
  budget: number,
  nearest: Nearest,
  { nodes, bounds, leaf }: Search,
): void {
  const { points, columns, right, from, to, low, high } = tree;
  const { index, squared } = nearest;
  const last = squared.length - 1;
  squared.fill(Number.POSITIVE_INFINITY);
  let worst = Number.POSITIVE_INFINITY;
  let left = budget;
  let waiting = 1;
  nodes[0] = 0;
  bounds[0] = 0;
  while (waiting > 0 && left > 0) {
    waiting--;
    let node = nodes[waiting]!;
    let bound = bounds[waiting]!;
    const limit = worst / slack;
    while (bound < limit && right[node]! > 0) {
      const before = node + 1;
      const after = right[node]!;
      const toBefore = boxDistance(query, at, low, high, before, columns, limit);
      const toAfter = boxDistance(query, at, low, high, after, columns, limit);
      const far = Math.max(toBefore, toAfter);
      if (far < limit) {
        nodes[waiting] = toBefore <= toAfter ? after : before;
        bounds[waiting++] = far;
      }
      node = toBefore <= toAfter ? before : after;
      bound = Math.min(toBefore, toAfter);
    }
    if (bound >= limit) continue;
    const start = from[node]!;
    const end = to[node]!;
    squaredDistances(query, at, points, start, end, columns, worst, leaf);
    left -= end - start;
    for (let i = start; i < end; i++) {
      const distance = leaf[i - start]!;
      if (distance < worst && i !== self) {
        insert(index, squared, last, i, distance);
        worst = squared[last]!;
      }
    }
  }
}

/** Put a nearer point in its place and drop the last. */
export function insert(
  index: Int32Array,
  squared: Float64Array,
  last: number,
  row: number,
  distance: number,
): void {
  let place = last;
  while (place > 0 && squared[place - 1]! > distance) {
    squared[place] = squared[place - 1]!;
    index[place] = index[place - 1]!;
    place--;
  }
  squared[place] = distance;
  index[place] = row;
}

/** Squared distance to a node's box, or some number above the limit. */
function boxDistance(
  query: Float32Array,
  at: number,
  low: Float32Array,
  high: Float32Array,
  node: number,
  columns: number,
  limit: number,
): number {
  const start = node * columns;
  let sum = 0;
  for (let c = 0; c < columns && sum < limit; c++) {
    const value = query[at + c]!;
    const below = low[start + c]! - value;
    const above = value - high[start + c]!;
    if (below > 0) sum += below * below;
    else if (above > 0) sum += above * above;
  }
  return sum;
}
