/** Edges that pull, with how surely they are there. */
export interface Edges {
  head: Int32Array;
  tail: Int32Array;
  weight: Float32Array;
}

/** Edges that would not be drawn once in so many epochs are left out. */
export function strongEdges({ head, tail, weight }: Edges, epochs: number): Edges {
  const least = highest(weight) / epochs;
  let count = 0;
  for (let i = 0; i < weight.length; i++) if (weight[i]! >= least) count++;
  const strong = {
    head: new Int32Array(count),
    tail: new Int32Array(count),
    weight: new Float32Array(count),
  };
  for (let i = 0, kept = 0; i < weight.length; i++) {
    if (weight[i]! < least) continue;
    strong.head[kept] = head[i]!;
    strong.tail[kept] = tail[i]!;
    strong.weight[kept++] = weight[i]!;
  }
  return strong;
}

/**
 * Of each edge, the epochs between two draws, the epoch of the next one, and those between two of its random points: the strongest is
 * drawn in every epoch, one half as strong in every second.
 */
export function schedule(weight: Float32Array, negativeSamples: number) {
  const most = highest(weight);
  const every = new Float64Array(weight.length);
  const repelled = new Float64Array(weight.length);
  for (let i = 0; i < weight.length; i++) {
    every[i] = most / weight[i]!;
    repelled[i] = every[i]! / Math.max(1, negativeSamples);
  }
  return { every, next: every.slice(), repelled };
}

function highest(weight: Float32Array): number {
  let most = 0;
  for (let i = 0; i < weight.length; i++) if (weight[i]! > most) most = weight[i]!;
  return most;
}
