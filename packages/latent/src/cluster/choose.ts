import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { someRows, takeRows } from "../sample-rows.js";
import { silhouetteTask } from "../score/silhouette.js";
import { type Progress, type RunOptions, runTask, type Task } from "../task.js";
import { type ClusterMethod, methods, under } from "./choose-method.js";
import { type ClusterCandidate, type Recommendation, recommend, recommendedOf } from "./choose-reason.js";
import { checkDistinct, countDistinct, type WeightedRows } from "./kmeans/distinct.js";
import { type CovarianceName, covariances } from "./mixture/covariance.js";
import { drawOneGaussian } from "./one-gaussian.js";
import { stabilityTask, startCounts } from "./stability.js";

export interface ChooseOptions extends RunOptions {
  /** Fewest clusters to try: from 1, the default, for "gmm", from 2, the default, for "kmeans". */
  from?: number;
  /** Most clusters to try (default 12). */
  to?: number;
  /** Default "kmeans"; "gmm" takes longer, and tells one cloud from clusters by its likelihood. */
  method?: ClusterMethod;
  /** Of "gmm" (default "full"). */
  covariance?: CovarianceName;
  /** Of "gmm": stop when so many numbers in a row have not lowered BIC (default: try all). */
  patience?: number;
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
  "patience",
  "resamples",
  "resampleRows",
  "silhouetteRows",
  "seed",
  ...runOptionNames,
];

/**
 * How many clusters there are, if any: a recommended number with its reason, and three scores of each number. Mixtures ("gmm") decide by
 * BIC, from one Gaussian on, k-means by how far its silhouette (Rousseeuw 1987) is above that of one Gaussian; the BIC of k-means is
 * that of the Gaussians of one spherical variance that it implies (Pelleg & Moore 2000), the stability that of `clusterStability`.
 * The components of a mixture describe the density: more rows tell more of them apart, and a group that is no Gaussian takes several.
 *
 * points [rows, columns] -> the scores, each one's best number, and one recommended number with its reason; 1 means no clusters
 * @throws DataError for no more (distinct) rows than clusters to try
 */
export async function chooseClusters(points: Rows, options: ChooseOptions = {}): Promise<ClusterChoice> {
  return runTask(chooseClustersTask(points, options), options);
}

/** The fewest clusters of each method, and the fewest that it tries by default. */
const fewest: { [K in ClusterMethod]: number } = { kmeans: 2, gmm: 1 };
/** Draws that the null's scores are the mean of, at least; few rows take several sets of draws. */
const fewestDraws = 1000;
const mostSets = 10;

export function* chooseClustersTask(points: Rows, options: ChooseOptions = {}): Task<ClusterChoice> {
  const call = "chooseClusters";
  checkOptions(call, options, optionNames);
  const { method = "kmeans", to = 12, covariance = "full", resamples = 10 } = options;
  checkWord(call, "method", method, Object.keys(methods) as ClusterMethod[]);
  const { from = fewest[method], patience = to, seed = 0 } = options;
  const { resampleRows = 5000, silhouetteRows = 5000 } = options;
  checkInteger(call, "from", from, fewest[method]);
  checkInteger(call, "to", to, from);
  checkWord(call, "covariance", covariance, Object.keys(covariances) as CovarianceName[]);
  checkInteger(call, "resamples", resamples, 1);
  checkInteger(call, "resampleRows", resampleRows, to);
  checkInteger(call, "silhouetteRows", silhouetteRows, to + 1);
  checkInteger(call, "patience", patience, 1);
  const input = checkRows(call, points, { rows: to + 1, because: `the silhouette of ${to} clusters` });
  checkDistinct(call, input, to, "clusters");
  const random = new Random(seed);
  const scored = someRows(input.rows, silhouetteRows, seed);
  const counts = to - from + 1;
  const each = resamples + 1;
  const total = counts * each + (method === "kmeans" ? counts : 1) + resamples;
  const settings = { method, covariance, resamples, resampleRows, scored, random };
  const at = (done: number): Progress => ({ stage: "clusters", done, total });

  const candidates: ClusterCandidate[] = [];
  let least = Number.POSITIVE_INFINITY;
  let worse = 0;
  for (let clusters = from; clusters <= to && worse < patience; clusters++) {
    const scores = yield* scoresTask(input, clusters, settings, at((clusters - from) * each), clusters > 1);
    const bic = scores.bic ?? Number.POSITIVE_INFINITY;
    worse = method === "kmeans" || bic < least ? 0 : worse + 1;
    least = Math.min(least, bic);
    candidates.push({ clusters, ...scores, nullSilhouette: null, nullStability: null });
  }
  const nulls = drawNulls(input, random);
  if (method === "kmeans") {
    for (const candidate of candidates) {
      const progress = at(counts * each + candidate.clusters - from);
      const { silhouette } = yield* nullTask(nulls, candidate.clusters, settings, progress, false);
      candidate.nullSilhouette = silhouette;
    }
  }
  const recommended = recommendedOf(candidates, method);
  const chosen = candidates.find(({ clusters }) => clusters === recommended);
  if (chosen && recommended > 1) {
    const progress = at(total - each);
    const { silhouette, stability } = yield* nullTask(nulls, recommended, settings, progress, true);
    chosen.nullSilhouette ??= silhouette;
    chosen.nullStability = stability;
  }
  return { method, candidates, ...recommend(candidates, method) };
}

interface Settings {
  method: ClusterMethod;
  covariance: CovarianceName;
  resamples: number;
  resampleRows: number;
  /** Rows that the silhouette is of. */
  scored: Uint32Array;
  random: Random;
}

type Scores = Pick<ClusterCandidate, "silhouette" | "bic" | "stability">;

function* scoresTask(
  points: WeightedRows,
  clusters: number,
  settings: Settings,
  progress: Progress,
  resampled: boolean,
): Task<Scores> {
  const { method, covariance, scored, random } = settings;
  const fit = { clusters, covariance, restarts: startCounts[method].all, random };
  const whole = yield* under(progress, methods[method](points, fit));
  const silhouette = yield* under(progress, meanSilhouetteTask(points, whole.labels, scored));
  if (!resampled) return { silhouette, bic: whole.bic, stability: null };
  const resampling = { ...settings, progress: { ...progress, done: progress.done + 1 } };
  const { ari } = yield* stabilityTask(points, method, whole, fit, resampling);
  return { silhouette, bic: whole.bic, stability: ari };
}

function drawNulls(points: WeightedRows, random: Random): WeightedRows[] {
  const sets = Math.min(Math.ceil(fewestDraws / points.rows), mostSets);
  return Array.from({ length: sets }, () => drawOneGaussian(points, random));
}

/** Mean scores over the nulls; the stability is the first one's. */
function* nullTask(
  nulls: readonly WeightedRows[],
  clusters: number,
  settings: Settings,
  progress: Progress,
  resampled: boolean,
): Task<Scores> {
  let stability: number | null = null;
  const silhouettes: number[] = [];
  for (const [set, points] of nulls.entries()) {
    // Draws far from 0 may be rounded to a few float32 numbers.
    if (countDistinct(points, clusters) < clusters) continue;
    const scores = yield* scoresTask(points, clusters, settings, progress, resampled && set === 0);
    stability ??= scores.stability;
    if (scores.silhouette !== null) silhouettes.push(scores.silhouette);
  }
  const mean = silhouettes.reduce((sum, value) => sum + value, 0) / silhouettes.length;
  return { silhouette: silhouettes.length > 0 ? mean : null, bic: null, stability };
}

/** null where the scored rows are of one cluster: a mixture may give them all to one component. */
function* meanSilhouetteTask(
  { data, columns }: WeightedRows,
  labels: Int32Array,
  scored: Uint32Array,
): Task<number | null> {
  const kept = Int32Array.from(scored, (row) => labels[row]!);
  if (kept.every((label) => label === kept[0])) return null;
  return (yield* silhouetteTask(takeRows(rowsOf(data, columns), scored), kept)).mean;
}
