import type { Random } from "../../random.js";
import type { Progress, Task } from "../../task.js";
import type { WeightedRows } from "./distinct.js";
import { type DistanceKernels, findDistanceKernels } from "./kernels.js";
import { shareRows } from "./shares.js";

/** Rows between two yields. */
const block = 4096;

/**
 * Starting centers by greedy k-means++: each is the best of 2 + ln k rows drawn with probability proportional to weight times squared
 * distance to the nearest center so far (Arthur & Vassilvitskii 2007, the greedy variant that it ends with; as many trials as scikit-learn's).
 * Rows must have `clusters` distinct ones among those of positive weight. Returns [clusters, columns].
 */
export function* plusPlusTask(
  points: WeightedRows,
  clusters: number,
  random: Random,
  progress: Progress,
  kernels: DistanceKernels | null = findDistanceKernels(),
): Task<Float64Array> {
  const { data, rows, columns, weights } = points;
  const trials = 2 + Math.floor(Math.log(clusters));
  const centers = new Float64Array(clusters * columns);
  // What drawing goes by: weight times squared distance.
  let share = new Float64Array(rows);
  let potential = 0;
  for (let row = 0; row < rows; row++) {
    share[row] = weights ? weights[row]! : 1;
    potential += share[row]!;
  }
  const first = drawRows(share, potential, 1, random)[0]!;
  for (let j = 0; j < columns; j++) centers[j] = data[first * columns + j]!;
  const start = Int32Array.of(first);
  let candidates = [new Float64Array(rows).fill(Number.POSITIVE_INFINITY)];
  const none = candidates[0]!;
  for (let from = 0; from < rows; from += block) {
    shareRows(points, none, start, candidates, from, Math.min(from + block, rows), kernels);
    yield progress;
  }
  share = candidates[0]!;
  potential = sum(share, 0, rows);
  candidates = Array.from({ length: trials }, () => new Float64Array(rows));
  for (let c = 1; c < clusters; c++) {
    const drawn = drawRows(share, potential, trials, random);
    const potentials = new Float64Array(trials);
    for (let from = 0; from < rows; from += block) {
      const to = Math.min(from + block, rows);
      shareRows(points, share, drawn, candidates, from, to, kernels);
      for (let t = 0; t < trials; t++) potentials[t]! += sum(candidates[t]!, from, to);
      yield progress;
    }
    let best = 0;
    for (let t = 1; t < trials; t++) if (potentials[t]! < potentials[best]!) best = t;
    for (let j = 0; j < columns; j++) centers[c * columns + j] = data[drawn[best]! * columns + j]!;
    potential = potentials[best]!;
    const held = share;
    share = candidates[best]!;
    candidates[best] = held;
  }
  return centers;
}

/** `count` rows, each drawn with probability share / potential; none of share 0. */
function drawRows(share: Float64Array, potential: number, count: number, random: Random): Int32Array {
  const targets = Float64Array.from({ length: count }, () => random.uniform() * potential);
  const order = Array.from(targets.keys()).sort((a, b) => targets[a]! - targets[b]!);
  const drawn = new Int32Array(count).fill(-1);
  let at = 0;
  let reached = 0;
  let last = 0;
  for (let row = 0; row < share.length && at < count; row++) {
    if (share[row] === 0) continue;
    reached += share[row]!;
    last = row;
    while (at < count && targets[order[at]!]! < reached) drawn[order[at++]!] = row;
  }
  // Rounding may leave a target behind the last row.
  for (; at < count; at++) drawn[order[at]!] = last;
  return drawn;
}

/** Four sums at once. */
function sum(values: Float64Array, from: number, to: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < to; i++) a += values[i]!;
  return a + b + (c + d);
}
