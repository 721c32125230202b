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
