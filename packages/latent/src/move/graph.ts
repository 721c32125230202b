import type { Task } from "../task.js";

/** An undirected graph by its edges: ends[2 e] and ends[2 e + 1], each pair once. */
export interface Edges {
  ends: Int32Array;
  count: number;
}

/** Each pair that is named once or more, in either order, once; loops are dropped. pairs: from, to, from, to ... */
export function uniqueEdges(pairs: ArrayLike<number>, nodes: number): Edges {
  const keys = new Float64Array(pairs.length / 2);
  let used = 0;
  for (let e = 0; e < keys.length; e++) {
    const [a, b] = [pairs[2 * e]!, pairs[2 * e + 1]!];
    if (a !== b) keys[used++] = Math.min(a, b) * nodes + Math.max(a, b);
  }
  const sorted = keys.subarray(0, used).sort();
  const ends = new Int32Array(2 * used);
  let count = 0;
  for (let i = 0; i < used; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    ends[2 * count] = Math.floor(sorted[i]! / nodes);
    ends[2 * count + 1] = sorted[i]! % nodes;
    count++;
  }
  return { ends: ends.slice(0, 2 * count), count };
}

/** Whether a chain of edges leads from one node to another. */
export function areConnected({ ends, count }: Edges, nodes: number, from: number, to: number): boolean {
  const parent = Int32Array.from({ length: nodes }, (_, i) => i);
  const root = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (let e = 0; e < count; e++) parent[root(ends[2 * e]!)] = root(ends[2 * e + 1]!);
  return root(from) === root(to);
}

/**
 * The edges of the Euclidean minimum spanning tree (Prim 1957, without a heap: nodes^2 distances, and memory for nodes).
 * With them a neighbour graph in parts becomes whole: the tree holds the shortest edge between any part and the rest.
 * points [nodes * columns] -> pairs from, to, from, to ...
 */
export function* spanningTree(points: Float32Array, columns: number): Task<Int32Array> {
  const nodes = points.length / columns;
  const nearest = new Int32Array(nodes);
  const distance = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const inside = new Uint8Array(nodes);
  const pairs = new Int32Array(2 * Math.max(0, nodes - 1));
  let at = 0;
  for (let size = 1; size < nodes; size++) {
    inside[at] = 1;
    let next = -1;
    for (let i = 0; i < nodes; i++) {
      if (inside[i] === 1) continue;
      let squared = 0;
      for (let j = 0, p = i * columns, q = at * columns; j < columns; j++, p++, q++) {
        const difference = points[p]! - points[q]!;
        squared += difference * difference;
      }
      if (squared < distance[i]!) {
        distance[i] = squared;
        nearest[i] = at;
      }
      if (next < 0 || distance[i]! < distance[next]!) next = i;
    }
    pairs[2 * size - 2] = nearest[next]!;
    pairs[2 * size - 1] = next;
    at = next;
    yield { stage: "connect", done: size, total: nodes };
  }
  return pairs;
}
