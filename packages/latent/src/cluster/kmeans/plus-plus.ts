import type { Random } from "../../random.js";
import type { Progress, Task } from "../../task.js";
import type { WeightedRows } from "./distinct.js";

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
    shareBlock(points, none, start, candidates, from, Math.min(from + block, rows));
    yield progress;
  }
  share = candidates[0]!;
  potential = sum(share, 0, rows);
  candidates = Array.from({ length: trials }, () => new Float64Array(rows));
  for (let c = 1; c < clusters; c++) {
    const drawn = drawRows(share, potential, trials, random);
    const potentials = new Float64Array(trials);
    for (let from = 0; from < rows; from += block) {
      const part = shareBlock(points, share, drawn, candidates, from, Math.min(from + block, rows));
      for (let t = 0; t < trials; t++) potentials[t]! += part[t]!;
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

/** What `share` would be for rows from..to with one more center, for each candidate; and the sums of that. */
function shareBlock(
  { data, columns, weights }: WeightedRows,
  share: Float64Array,
  candidates: Int32Array,
  into: Float64Array[],
  from: number,
  to: number,
): Float64Array {
  const sums = new Float64Array(candidates.length);
  const centerOf = (t: number) =>
    Float64Array.from(data.subarray(candidates[t]! * columns, (candidates[t]! + 1) * columns));
  for (let t = 0; t < candidates.length; t += 2) {
    // The last of an odd number goes with itself.
    const u = Math.min(t + 1, candidates.length - 1);
    shareOf(data, columns, weights, share, centerOf(t), centerOf(u), into[t]!, into[u]!, from, to);
  }
  for (let t = 0; t < candidates.length; t++) sums[t] = sum(into[t]!, from, to);
  return sums;
}

/** Two rows and two centers at once. */
function shareOf(
  data: Float32Array,
  columns: number,
  weights: Float32Array | undefined,
  share: Float64Array,
  center: Float64Array,
  otherCenter: Float64Array,
  into: Float64Array,
  otherInto: Float64Array,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row += 2) {
    const next = row + 1 < to ? row + 1 : row;
    const base = row * columns;
    const nextBase = next * columns;
    let a = 0;
    let b = 0;
    let otherA = 0;
    let otherB = 0;
    for (let j = 0; j < columns; j++) {
      const c = center[j]!;
      const d = otherCenter[j]!;
      const x = data[base + j]!;
      const y = data[nextBase + j]!;
      const xc = x - c;
      const yc = y - c;
      const xd = x - d;
      const yd = y - d;
      a += xc * xc;
      b += yc * yc;
      otherA += xd * xd;
      otherB += yd * yd;
    }
    const weight = weights ? weights[row]! : 1;
    const nextWeight = weights ? weights[next]! : 1;
    const most = share[row]!;
    const nextMost = share[next]!;
    into[row] = Math.min(a * weight, most);
    into[next] = Math.min(b * nextWeight, nextMost);
    otherInto[row] = Math.min(otherA * weight, most);
    otherInto[next] = Math.min(otherB * nextWeight, nextMost);
  }
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

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i]!;
  return total;
}
