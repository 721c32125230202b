import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows } from "../rows.js";
import { adjustedRandIndex } from "../score/adjusted-rand-index.js";
import { type Progress, type RunOptions, runTask, type Task } from "../task.js";
import {
  type Clustering,
  type ClusteringOptions,
  type ClusterMethod,
  methods,
  under,
} from "./choose-method.js";
import { checkDistinct, countDistinct, type WeightedRows } from "./kmeans/distinct.js";
import { type CovarianceName, covariances } from "./mixture/covariance.js";

export interface StabilityOptions extends RunOptions {
  /** Default "kmeans". */
  method?: ClusterMethod;
  /** From 2. */
  clusters: number;
  /** Of "gmm" (default "full"). */
  covariance?: CovarianceName;
  /** Bootstrap resamples (default 20). */
  resamples?: number;
  /** Most rows of a resample (default 5000); with more rows than that, so many are drawn. */
  resampleRows?: number;
  /** Default 0. */
  seed?: number;
}

export interface ClusterStability {
  /** Adjusted Rand index between the fit of all rows and those of resamples, mean; 1 when the same clusters return. */
  ari: number;
  /** Of each cluster of the fit of all rows: its mean Jaccard index with the most similar cluster of a resample. */
  jaccard: number[];
  resamples: number;
}

const optionNames = [
  "method",
  "clusters",
  "covariance",
  "resamples",
  "resampleRows",
  "seed",
  ...runOptionNames,
];

/** Starts of a fit of all rows and of a resample's: mixtures start from k-means, which is near the best already. */
export const startCounts: { [K in ClusterMethod]: { all: number; resample: number } } = {
  kmeans: { all: 5, resample: 3 },
  gmm: { all: 2, resample: 1 },
};

/**
 * Whether the same clusters come out of other samples: the clustering is fitted to bootstrap resamples, every fit gives all rows their
 * clusters, and these are compared with the fit of all rows, by the adjusted Rand index (Hubert & Arabie 1985) and cluster by cluster by
 * the Jaccard index (Hennig 2007; his rule of thumb: from 0.75 on a cluster is stable, below 0.6 it is not to be trusted). Stable does
 * not mean separate: with enough rows one cloud is cut in the same place each time (Ben-David, von Luxburg & Pal 2006). Compare with
 * draws of one Gaussian, as `chooseClusters` does.
 *
 * points [rows, columns]. A resample of fewer distinct rows than clusters gets as many clusters as it has distinct rows.
 * @throws DataError for fewer (distinct) rows than clusters
 */
export async function clusterStability(points: Rows, options: StabilityOptions): Promise<ClusterStability> {
  return runTask(clusterStabilityTask(points, options), options);
}

export function* clusterStabilityTask(points: Rows, options: StabilityOptions): Task<ClusterStability> {
  const call = "clusterStability";
  checkOptions(call, options, optionNames);
  const { method = "kmeans", clusters, covariance = "full", resamples = 20 } = options;
  const { resampleRows = 5000, seed = 0 } = options;
  checkWord(call, "method", method, Object.keys(methods) as ClusterMethod[]);
  checkInteger(call, "clusters", clusters, 2);
  checkWord(call, "covariance", covariance, Object.keys(covariances) as CovarianceName[]);
  checkInteger(call, "resamples", resamples, 1);
  checkInteger(call, "resampleRows", resampleRows, clusters);
  const input = checkRows(call, points, { rows: clusters, because: `${clusters} clusters` });
  checkDistinct(call, input, clusters, "clusters");
  const fit = { clusters, covariance, restarts: startCounts[method].all, random: new Random(seed) };
  const whole = yield* methods[method](input, fit);
  const resampling = { resamples, resampleRows, progress: { stage: "stability", done: 0, total: resamples } };
  return yield* stabilityTask(input, method, whole, fit, resampling);
}

export interface Resampling {
  resamples: number;
  resampleRows: number;
  /** Of the first; the others count on. */
  progress: Progress;
}

/** Stability of a fit of all rows that there is already. */
export function* stabilityTask(
  points: WeightedRows,
  method: ClusterMethod,
  whole: Clustering,
  fit: ClusteringOptions,
  { resamples, resampleRows, progress }: Resampling,
): Task<ClusterStability> {
  const jaccard = new Float64Array(fit.clusters);
  let ari = 0;
  for (let at = 0; at < resamples; at++) {
    const now = { ...progress, done: progress.done + at };
    const drawn = resample(points, Math.min(points.rows, resampleRows), fit.random);
    const clusters = countDistinct(drawn, fit.clusters);
    const restarts = startCounts[method].resample;
    const found = yield* under(now, methods[method](drawn, { ...fit, clusters, restarts }));
    const labels = yield* found.predict(points, now);
    ari += adjustedRandIndex(whole.labels, labels) / resamples;
    const similar = jaccardTo(whole.labels, fit.clusters, labels, clusters);
    for (let c = 0; c < fit.clusters; c++) jaccard[c]! += similar[c]! / resamples;
  }
  return { ari, jaccard: Array.from(jaccard), resamples };
}

function resample({ data, rows, columns }: WeightedRows, count: number, random: Random): WeightedRows {
  const drawn = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const row = random.below(rows);
    for (let j = 0; j < columns; j++) drawn[i * columns + j] = data[row * columns + j]!;
  }
  return { data: drawn, rows: count, columns };
}

/** For each of `clusters` clusters, the largest Jaccard index |A and B| / |A or B| with one of `others`; 0 for an empty one. */
function jaccardTo(labels: Int32Array, clusters: number, other: Int32Array, others: number): Float64Array {
  const shared = new Int32Array(clusters * others);
  const sizes = new Int32Array(clusters);
  const otherSizes = new Int32Array(others);
  for (let row = 0; row < labels.length; row++) {
    shared[labels[row]! * others + other[row]!]!++;
    sizes[labels[row]!]!++;
    otherSizes[other[row]!]!++;
  }
  const best = new Float64Array(clusters);
  for (let a = 0; a < clusters; a++) {
    for (let b = 0; b < others; b++) {
      const both = shared[a * others + b]!;
      if (both > 0) best[a] = Math.max(best[a]!, both / (sizes[a]! + otherSizes[b]! - both));
    }
  }
  return best;
}
