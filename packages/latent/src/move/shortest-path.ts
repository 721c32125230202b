import type { Edges } from "./graph.js";

export interface ShortestPath {
  /** From the first node to the last; empty where there is no way. */
  nodes: number[];
  /** Infinity where there is no way. */
  length: number;
}

/** The path of least summed weight (Dijkstra 1959, with a binary heap). weights: one of at least 0 for each edge */
export function shortestPath(
  edges: Edges,
  weights: Float64Array,
  nodes: number,
  from: number,
  to: number,
): ShortestPath {
  const { starts, targets, costs } = adjacency(edges, weights, nodes);
  const length = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(nodes).fill(-1);
  const settled = new Uint8Array(nodes);
  const heap = new Heap(length, nodes);
  length[from] = 0;
  heap.raise(from);
  for (let at = heap.pop(); at >= 0 && at !== to; at = heap.pop()) {
    settled[at] = 1;
    for (let e = starts[at]!; e < starts[at + 1]!; e++) {
      const target = targets[e]!;
      const found = length[at]! + costs[e]!;
      if (settled[target] === 1 || !(found < length[target]!)) continue;
      length[target] = found;
      before[target] = at;
      heap.raise(target);
    }
  }
  const path: number[] = [];
  if (length[to]! < Number.POSITIVE_INFINITY) {
    for (let at = to; at >= 0; at = before[at]!) path.push(at);
  }
  return { nodes: path.reverse(), length: length[to]! };
}

function adjacency({ ends, count }: Edges, weights: Float64Array, nodes: number) {
  const starts = new Int32Array(nodes + 1);
  for (let i = 0; i < 2 * count; i++) starts[ends[i]! + 1]!++;
  for (let i = 0; i < nodes; i++) starts[i + 1]! += starts[i]!;
  const filled = starts.slice();
  const targets = new Int32Array(2 * count);
  const costs = new Float64Array(2 * count);
  for (let i = 0; i < 2 * count; i++) {
    const at = filled[ends[i]!]!++;
    targets[at] = ends[i ^ 1]!;
    costs[at] = weights[i >> 1]!;
  }
  return { starts, targets, costs };
}

/** Nodes by their length, the least on top; each is in it once. */
class Heap {
  private readonly order: Int32Array;
  private readonly place: Int32Array;
  private size = 0;

  constructor(
    private readonly length: Float64Array,
    nodes: number,
  ) {
    this.order = new Int32Array(nodes);
    this.place = new Int32Array(nodes).fill(-1);
  }

  /** Put a node in, or move it up once its length has shrunk. */
  raise(node: number): void {
    const { length, order, place } = this;
    let at = place[node]! < 0 ? this.size++ : place[node]!;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = order[above]!;
      if (length[other]! <= length[node]!) break;
      order[at] = other;
      place[other] = at;
      at = above;
    }
    order[at] = node;
    place[node] = at;
  }

  /** The node of least length, taken out; -1 where there is none. */
  pop(): number {
    if (this.size === 0) return -1;
    const { length, order, place } = this;
    const top = order[0]!;
    const last = order[--this.size]!;
    place[top] = -1;
    if (this.size === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.size) break;
      if (below + 1 < this.size && length[order[below + 1]!]! < length[order[below]!]!) below++;
      const other = order[below]!;
      if (length[other]! >= length[last]!) break;
      order[at] = other;
      place[other] = at;
      at = below;
    }
    order[at] = last;
    place[last] = at;
    return top;
  }
}
