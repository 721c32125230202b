import { DataError } from "../errors.js";
import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows } from "../rows.js";
import { silhouetteTask } from "../score/silhouette.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { type ClusterMethod, methods, under } from "./choose-method.js";
import { type ClusterCandidate, type Recommendation, recommend } from "./choose-reason.js";
import { checkDistinct } from "./kmeans/distinct.js";
import { type CovarianceName, covariances } from "./mixture/covariance.js";
import { stabilityTask, startCounts } from "./stability.js";

export interface ChooseOptions extends RunOptions {
  /** Fewest clusters to try (default 2, from 2). */
  from?: number;
  /** Most clusters to try (default 12). */
  to?: number;
  /** Default "kmeans". */
  method?: ClusterMethod;
  /** Of "gmm" (default "full"). */
  covariance?: CovarianceName;
  /** Bootstrap resamples for the stability (default 10). */
  resamples?: number;
  /** Most rows of a resample (default 5000). */
  resampleRows?: number;
  /** Most rows that the silhouette is of (default 5000). */
  silhouetteRows?: number;
  /** Default 0. */
  seed?: number;
}

export interface ClusterChoice extends Recommendation {
  method: ClusterMethod;
  /** Ascending by clusters. */
  candidates: ClusterCandidate[];
}

const optionNames = [
  "from",
  "to",
  "method",
  "covariance",
  "resamples",
  "resampleRows",
  "silhouetteRows",
  "seed",
  ...runOptionNames,
];

/**
 * How many clusters there are, by three scores of each number: the silhouette (Rousseeuw 1987), BIC (for k-means that of the Gaussians
 * of one spherical variance that it implies: Pelleg & Moore 2000), and stability under the bootstrap (see `clusterStability`).
 *
 * points [rows, columns] -> the scores, each one's best number, and one recommended number with its reason.
 * @throws DataError for no more (distinct) rows than clusters to try
 */
export async function chooseClusters(points: Rows, options: ChooseOptions = {}): Promise<ClusterChoice> {
  return runTask(chooseClustersTask(points, options), options);
}

export function* chooseClustersTask(points: Rows, options: ChooseOptions = {}): Task<ClusterChoice> {
  const call = "chooseClusters";
  checkOptions(call, options, optionNames);
  const { from = 2, to = 12, method = "kmeans", covariance = "full", resamples = 10 } = options;
  const { resampleRows = 5000, silhouetteRows = 5000, seed = 0 } = options;
  checkInteger(call, "from", from, 2);
  checkInteger(call, "to", to, from);
  checkWord(call, "method", method, Object.keys(methods) as ClusterMethod[]);
  checkWord(call, "covariance", covariance, Object.keys(covariances) as CovarianceName[]);
  checkInteger(call, "resamples", resamples, 1);
  checkInteger(call, "resampleRows", resampleRows, to);
  checkInteger(call, "silhouetteRows", silhouetteRows, to + 1);
  const input = checkRows(call, points, { rows: to + 1, because: `the silhouette of ${to} clusters` });
  checkDistinct(call, input, to, "clusters");
  const random = new Random(seed);
  const candidates: ClusterCandidate[] = [];
  const total = (to - from + 1) * (resamples + 1);
  for (let clusters = from; clusters <= to; clusters++) {
    const progress = { stage: "clusters", done: (clusters - from) * (resamples + 1), total };
    const fit = { clusters, covariance, restarts: startCounts[method].all, random };
    const whole = yield* under(progress, methods[method](input, fit));
    const silhouette = yield* under(progress, meanSilhouetteTask(points, whole.labels, silhouetteRows, seed));
    const resampling = { resamples, resampleRows, progress: { ...progress, done: progress.done + 1 } };
    const { ari } = yield* stabilityTask(input, method, whole, fit, resampling);
    candidates.push({ clusters, silhouette, bic: whole.bic, stability: ari });
  }
  return { method, candidates, ...recommend(candidates, method) };
}

function* meanSilhouetteTask(points: Rows, labels: Int32Array, rows: number, seed: number): Task<number> {
  try {
    return (yield* silhouetteTask(points, labels, { rows, seed })).mean;
  } catch (error) {
    // A mixture may give all rows that are scored to one component; the points and options have been checked.
    if (error instanceof DataError) return 0;
    throw error;
  }
}
