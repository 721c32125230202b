import { squaredDistance } from "../linear/squared-distance.js";
import { nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkNumber, checkOptions, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { type Codes, type Rows, rowsOf } from "../rows.js";
import { takeRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { checkPosteriors, drawPosteriors } from "./posteriors.js";

export interface HolesOptions extends RunOptions {
  /** Draws of the prior (default 10,000). */
  samples?: number;
  /** Most of the largest empty regions to return (default 10). */
  count?: number;
  /** Which neighbour's distance says how far from data a point is (default 1, the nearest). */
  neighbours?: number;
  /** Quantile of the held-out data's own distances beyond which a point is far from data (default 0.99). */
  quantile?: number;
  /** Most rows used, held-out ones included (default 20,000; down to 2,000 above 20 dimensions). */
  rows?: number;
  /** Of the draws, and of the choice of rows (default 0). */
  seed?: number;
}

export interface Holes {
  /** Share of the prior's mass that is far from all data. */
  share: number;
  /** Of `share`: binomial by the draws, and by the quantile of the held-out rows. */
  standardError: number;
  /** The share when the aggregated posterior is the prior: 1 - quantile. */
  expected: number;
  /** Distance beyond which a point is far, in units of z. */
  threshold: number;
  /** Centres of the largest empty regions, the largest first [up to count, latent]: decode them to see what the prior makes of them. */
  points: Rows;
  /** Distance of each of them to the data. */
  distance: Float32Array;
}

/** Rows held out at most: what lies beyond the 99th percentile of 5,000 is 1 % to within 0.14 %. */
const mostHeldOut = 5000;
/** Differences of numbers that the search may take by default, if more than 2,000 rows then remain: some seconds. */
const work = 4e9;

/**
 * Regions of the prior N(0, I) where no data lie, from which a decoder has learnt nothing. One z is drawn from each row's posterior; the
 * rows held out set the threshold by their own distance to the others; draws of the prior beyond it are in holes. The regions' centres
 * are such draws, chosen greedily, each as far as possible from the data and from the centres before it (Gonzalez 1985).
 * Centres lie where the prior has mass, often in its tails: compare `share` with `expected` before reading much into them.
 *
 * codes [rows, latent], at least neighbours + 1 rows; time O((samples + 5,000) rows latent) at most
 * @throws ShapeError, DataError for bad codes; UsageError for bad options
 */
export async function holes(codes: Codes, options: HolesOptions = {}): Promise<Holes> {
  return runTask(holesTask(codes, options), options);
}

export function* holesTask(codes: Codes, options: HolesOptions = {}): Task<Holes> {
  const known = ["samples", "count", "neighbours", "quantile", "rows", "seed", ...runOptionNames];
  checkOptions("holes", options, known);
  const { samples = 10_000, count = 10, neighbours = 1, quantile = 0.99, seed = 0 } = options;
  checkInteger("holes", "samples", samples, 1);
  checkInteger("holes", "count", count, 0);
  checkInteger("holes", "neighbours", neighbours, 1);
  checkNumber("holes", "quantile", quantile, 0, 1);
  const checked = checkPosteriors("holes", codes, {
    rows: neighbours + 1,
    because: `${neighbours === 1 ? "the nearest" : `${neighbours} neighbours`} of a held-out row`,
  });
  const { rows: all, latent } = checked;
  const affordable = Math.floor(work / (samples * latent));
  const { rows: most = Math.min(20_000, Math.max(2000, neighbours + 1, affordable)) } = options;
  checkInteger("holes", "rows", most, neighbours + 1);

  const random = new Random(seed);
  // In random order: the first of them are held out.
  const index = random.choose(Math.min(all, most), all);
  const z = new Float32Array(index.length * latent);
  for (let from = 0; from < index.length; from += 1000) {
    yield { stage: "draws", done: from, total: index.length };
    z.set(drawPosteriors(checked, index.subarray(from, from + 1000), random), from * latent);
  }
  const prior = new Float32Array(samples * latent);
  for (let i = 0; i < prior.length; i++) {
    if (i % 20_000 === 0) yield { stage: "draws", done: i, total: prior.length };
    prior[i] = random.normal();
  }

  const held = Math.max(1, Math.min(mostHeldOut, Math.floor(index.length / 4), index.length - neighbours));
  const data = rowsOf(z.subarray(held * latent), latent);
  const own = yield* distances(data, rowsOf(z.subarray(0, held * latent), latent), neighbours, seed);
  own.sort();
  const threshold = quantileOf(own, quantile);
  const far = yield* distances(data, rowsOf(prior, latent), neighbours, seed);

  const empty = Int32Array.from(far, (_, i) => i).filter((i) => far[i]! > threshold);
  const share = empty.length / samples;
  const centres = yield* farthest(prior, latent, empty, far, count);
  return {
    share,
    standardError: Math.hypot(Math.sqrt((share * (1 - share)) / samples), quantileError(own, quantile, far)),
    expected: 1 - quantile,
    threshold,
    points: takeRows(rowsOf(prior, latent), centres),
    distance: Float32Array.from(centres, (row) => far[row]!),
  };
}

/** Distance of each query to its `neighbours`-th nearest point. */
function* distances(points: Rows, queries: Rows, neighbours: number, seed: number): Task<Float32Array> {
  const found = yield* nearestNeighboursTask(points, { queries, count: neighbours, seed });
  return found.distance.filter((_, i) => i % neighbours === neighbours - 1);
}

/** The quantile of sorted numbers, between two of them in proportion. */
function quantileOf(sorted: Float32Array, quantile: number): number {
  const at = quantile * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/** Half of how much the share changes over one standard error of the quantile's rank to either side. */
function quantileError(sorted: Float32Array, quantile: number, far: Float32Array): number {
  const error = Math.sqrt((quantile * (1 - quantile)) / sorted.length);
  const low = quantileOf(sorted, Math.max(0, quantile - error));
  const high = quantileOf(sorted, Math.min(1, quantile + error));
  let between = 0;
  for (const value of far) if (value > low && value <= high) between++;
  return between / far.length / 2;
}

/** Of `candidates`, up to `count` rows, each the one farthest from the data (far) and the rows before it. */
function* farthest(
  data: Float32Array,
  latent: number,
  candidates: Int32Array,
  far: Float32Array,
  count: number,
): Task<number[]> {
  const distance = Float64Array.from(candidates, (row) => far[row]!);
  const chosen: number[] = [];
  while (chosen.length < count) {
    yield { stage: "holes", done: chosen.length, total: count };
    let best = -1;
    for (let i = 0; i < candidates.length; i++) {
      if (distance[i]! > (best < 0 ? 0 : distance[best]!)) best = i;
    }
    if (best < 0) break;
    const centre = candidates[best]!;
    chosen.push(centre);
    for (let i = 0; i < candidates.length; i++) {
      const square = squaredDistance(data, candidates[i]!, data, centre, latent);
      distance[i] = Math.min(distance[i]!, Math.sqrt(square));
    }
  }
  return chosen;
}
