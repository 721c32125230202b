import { ShapeError } from "../errors.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { distancesToFour, queriesAtOnce } from "./quality-distances.js";

export interface QualityOptions extends RunOptions {
  /** Size of the neighbourhoods, below half the rows (default 5). */
  neighbours?: number;
  /** Rows whose neighbourhoods are looked at, drawn by `seed` where there are more (default 5000); ranks are always among all rows. */
  rows?: number;
  /** Of the draw (default 0). */
  seed?: number;
}

/**
 * Whether neighbours in the embedding are neighbours in the data (Venna & Kaski 2001), 0 to 1:
 *
 * T(k) = 1 - 2 / (n k (2 n - 3 k - 1)) sum_i sum_j max(0, r(i, j) - k)   over the k nearest j of i in the embedding,
 *
 * r(i, j) the rank of j by its distance to i in the data; of equal distances the earlier row is nearer.
 * points [rows, columns], embedding [rows, dimensions]. Time grows with rows x sampled rows, memory with rows.
 * @throws DataError where neighbours are half the rows or more; ShapeError where the two have different numbers of rows
 */
export async function trustworthiness(
  points: Rows,
  embedding: Rows,
  options: QualityOptions = {},
): Promise<number> {
  return runTask(trustworthinessTask(points, embedding, options), options);
}

/**
 * Whether neighbours in the data are neighbours in the embedding (Venna & Kaski 2001): trustworthiness with the two exchanged.
 * @throws as trustworthiness
 */
export async function continuity(
  points: Rows,
  embedding: Rows,
  options: QualityOptions = {},
): Promise<number> {
  return runTask(continuityTask(points, embedding, options), options);
}

/** As `trustworthiness`, in steps. */
export function trustworthinessTask(
  points: Rows,
  embedding: Rows,
  options: QualityOptions = {},
): Task<number> {
  return intrusions("trustworthiness", points, embedding, embedding, points, options);
}

/** As `continuity`, in steps. */
export function continuityTask(points: Rows, embedding: Rows, options: QualityOptions = {}): Task<number> {
  return intrusions("continuity", points, embedding, points, embedding, options);
}

/** near: where neighbours are taken; ranked: where their ranks are counted. */
function* intrusions(
  call: string,
  points: Rows,
  embedding: Rows,
  near: Rows,
  ranked: Rows,
  options: QualityOptions,
): Task<number> {
  checkOptions(call, options, ["neighbours", "rows", "seed", ...runOptionNames]);
  const { neighbours = 5, rows: sample = 5000, seed = 0 } = options;
  checkInteger(call, "neighbours", neighbours, 1);
  checkInteger(call, "rows", sample, 1);
  const random = new Random(seed);
  const { rows } = checkRows(call, points, {
    rows: 2 * neighbours + 1,
    because: `neighbourhoods of ${neighbours}, which must be less than half of them`,
  });
  const layout = checkRows(`${call}: embedding`, embedding);
  if (layout.rows !== rows) {
    throw new ShapeError(`${call}: ${rows} points but an embedding of ${layout.rows}; give the same rows`);
  }
  const asked = someRows(rows, sample, random);
  const list = new Int32Array(neighbours);
  const four = new Int32Array(queriesAtOnce);
  const distances = Array.from(four, () => new Float64Array(rows));
  const lists = Array.from(four, () => list.slice());
  let sum = 0;
  for (let q = 0; q < asked.length; q += queriesAtOnce) {
    const count = Math.min(queriesAtOnce, asked.length - q);
    for (let k = 0; k < queriesAtOnce; k++) four[k] = asked[q + Math.min(k, count - 1)]!;
    distancesToFour(near.data, rows, near.shape[1]!, four, distances);
    for (let k = 0; k < count; k++) nearest(distances[k]!, four[k]!, lists[k]!);
    distancesToFour(ranked.data, rows, ranked.shape[1]!, four, distances);
    for (let k = 0; k < count; k++) sum += excessRanks(distances[k]!, four[k]!, lists[k]!);
    yield { stage: call, done: q, total: asked.length };
  }
  return 1 - (2 * sum) / (asked.length * neighbours * (2 * rows - 3 * neighbours - 1));
}

/** Fill the list with the rows of the smallest distances, nearest first, without the row itself. */
function nearest(distances: Float64Array, row: number, list: Int32Array): void {
  const count = list.length;
  let size = 0;
  let limit = Number.POSITIVE_INFINITY;
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]!;
    if (distance >= limit || i === row) continue;
    let k = size < count ? size++ : count - 1;
    for (; k > 0 && distances[list[k - 1]!]! > distance; k--) list[k] = list[k - 1]!;
    list[k] = i;
    if (size === count) limit = distances[list[count - 1]!]!;
  }
}

/** Sum over the listed rows of max(0, rank - their number), ranks by these distances; the list is sorted by them. */
function excessRanks(distances: Float64Array, row: number, list: Int32Array): number {
  const count = list.length;
  list.sort((a, b) => distances[a]! - distances[b]! || a - b);
  const ahead = Float64Array.from(list, (other) => distances[other]!);
  const limit = ahead[count - 1]!;
  // passed[k]: rows behind the k - 1-th of the list, and not behind the k-th.
  const passed = new Int32Array(count);
  for (let i = 0; i < distances.length; i++) {
    const distance = distances[i]!;
    if (distance > limit || i === row) continue;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distance < ahead[middle]! || (distance === ahead[middle] && i <= list[middle]!)) high = middle;
      else low = middle + 1;
    }
    if (low < count) passed[low]!++;
  }
  let rank = 0;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    rank += passed[k]!;
    if (rank > count) sum += rank - count;
  }
  return sum;
}
