import type { Task } from "../../task.js";

const steps = 64;
const tolerance = 1e-5;
/** Least bandwidth, in mean distances. */
const leastScale = 1e-3;

/** Distances of each row to its neighbours, nearest first, [rows, stride] of which the first `count` columns are taken. */
export interface NeighbourDistances {
  distance: Float32Array;
  rows: number;
  stride: number;
  count: number;
}

/**
 * How surely each neighbour belongs to a row's fuzzy neighbourhood, [rows, count] in (0, 1]: exp(-(d - rho) / sigma), rho being the
 * distance to the nearest neighbour at another place, and sigma such that the memberships add up to log2(size)
 * (McInnes, Healy & Melville 2018, algorithm 3).
 *
 * kind: "self" when the rows are the points, each a member of its own neighbourhood (size = count + 1); "other" for rows that are not
 * among the points (size = count), where rho is 0 and the nearest neighbour does not count in the sum, as umap-learn has it.
 */
export function* membershipsTask(
  { distance, rows, stride, count }: NeighbourDistances,
  kind: "self" | "other",
): Task<Float64Array> {
  const size = kind === "self" ? count + 1 : count;
  const skipped = kind === "self" ? 0 : 1;
  const target = Math.log2(size);
  const means = new Float64Array(rows);
  let mean = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < count; j++) means[row]! += distance[row * stride + j]! / size;
    mean += means[row]! / rows;
  }
  const out = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    if (row % 1024 === 0) yield { stage: "graph", done: row, total: 2 * rows };
    const start = row * stride;
    const rho = kind === "self" ? firstAbove0(distance, start, count) : 0;
    const found = bandwidth(distance, start + skipped, start + count, rho, target, firstScale(means[row]!));
    const sigma = Math.max(found, leastScale * (rho > 0 ? means[row]! : mean));
    for (let j = 0; j < count; j++) {
      const beyond = distance[start + j]! - rho;
      out[row * count + j] = beyond <= 0 || sigma === 0 ? 1 : Math.exp(-beyond / sigma);
    }
  }
  return out;
}

function firstAbove0(distance: Float32Array, start: number, count: number): number {
  for (let j = start; j < start + count; j++) if (distance[j]! > 0) return distance[j]!;
  return 0;
}

/**
 * Where the search for a bandwidth starts: at umap-learn's 1, so that it stops at the same number within the tolerance, but for
 * distances of another order, which the steps would not reach, at their mean.
 */
function firstScale(mean: number): number {
  return mean === 0 || (mean > 2 ** -16 && mean < 2 ** 16) ? 1 : mean;
}

/** Bisection from `first` for the sigma at which the memberships of the neighbours from .. to - 1 add up to the target. */
function bandwidth(
  distance: Float32Array,
  from: number,
  to: number,
  rho: number,
  target: number,
  first: number,
): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let sigma = first;
  for (let step = 0; step < steps; step++) {
    let sum = 0;
    for (let j = from; j < to; j++) {
      const beyond = distance[j]! - rho;
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    if (Math.abs(sum - target) < tolerance) break;
    if (sum > target) {
      high = sigma;
      sigma = (low + high) / 2;
    } else {
      low = sigma;
      sigma = high === Number.POSITIVE_INFINITY ? sigma * 2 : (low + high) / 2;
    }
  }
  return sigma;
}
