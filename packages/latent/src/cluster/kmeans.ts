import { DataError } from "../errors.js";
import { checkInteger, checkNumber, checkOptions, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { finishTask, type Progress, type RunOptions, runTask, type Task } from "../task.js";
import { checkDistinct, type WeightedRows } from "./kmeans/distinct.js";
import { type LloydRun, lloydTask } from "./kmeans/lloyd.js";
import { nearestTask } from "./kmeans/nearest.js";
import { plusPlusTask } from "./kmeans/plus-plus.js";

export interface KMeansOptions extends RunOptions {
  /** Clusters to find, from 1. */
  clusters: number;
  /** Runs from different starts, of which the best is kept (default 10; with `init` there is one). */
  restarts?: number;
  /** Most iterations of a run (default 300). */
  maxIterations?: number;
  /** Converged when the centers' squared shifts sum to at most this times the columns' mean variance (default 1e-4). */
  tolerance?: number;
  /** Starting centers [clusters, columns] (default: greedy k-means++, once for each run). */
  init?: Rows;
  /** Weight of each row [rows], not negative (default 1 each). */
  weights?: Float32Array;
  /** Default 0. */
  seed?: number;
}

export interface KMeans {
  /** [clusters, columns] */
  centers: Rows;
  /** The nearest center of each row [rows], from 0. */
  labels: Int32Array;
  /** Weighted sum of squared distances to the nearest center, in units of the points squared. */
  inertia: number;
  /** Of the best run. */
  iterations: number;
  /** Whether the best run ended by `tolerance`, not by `maxIterations`. */
  converged: boolean;
}

const optionNames = [
  "clusters",
  "restarts",
  "maxIterations",
  "tolerance",
  "init",
  "weights",
  "seed",
  ...runOptionNames,
];

/**
 * Clusters of least inertia: greedy k-means++ (Arthur & Vassilvitskii 2007), Lloyd's iterations (1982) with Hamerly's bounds (2010).
 *
 * points [rows, columns] -> centers [clusters, columns], labels [rows]; distances are Euclidean.
 * inertia = sum_i w_i |x_i - c(x_i)|^2. Convergence and its units are scikit-learn's.
 * @throws ShapeError for an `init` that is no rows of as many columns; DataError for fewer (distinct) rows than clusters, and for
 * weights that are negative, not finite or all 0
 */
export async function kmeans(points: Rows, options: KMeansOptions): Promise<KMeans> {
  return runTask(kmeansTask(points, options), options);
}

export function* kmeansTask(points: Rows, options: KMeansOptions): Task<KMeans> {
  checkOptions("kmeans", options, optionNames);
  const { clusters, restarts = 10, maxIterations = 300, tolerance = 1e-4, init, weights, seed = 0 } = options;
  checkInteger("kmeans", "clusters", clusters, 1);
  checkInteger("kmeans", "restarts", restarts, 1);
  checkInteger("kmeans", "maxIterations", maxIterations, 1);
  checkNumber("kmeans", "tolerance", tolerance, 0);
  const { data, rows, columns } = checkRows("kmeans", points, {
    rows: clusters,
    because: `${clusters} clusters`,
  });
  if (weights !== undefined) checkWeights(weights, rows);
  const start = init === undefined ? undefined : startOf(init, clusters, columns);
  const input = { data, rows, columns, weights };
  checkDistinct("kmeans", input, clusters, "clusters");
  const random = new Random(seed);
  const best = yield* bestRunTask(input, { clusters, restarts, maxIterations, tolerance, start, random });
  const { labels, inertia, iterations, converged } = best;
  return {
    centers: rowsOf(Float32Array.from(best.centers), columns),
    labels,
    inertia,
    iterations,
    converged,
  };
}

export interface BestRunOptions {
  clusters: number;
  restarts: number;
  maxIterations: number;
  tolerance: number;
  start?: Float64Array | undefined;
  random: Random;
}

/** The best of several runs on rows that are known to have enough distinct ones; centers stay float64. */
export function* bestRunTask(points: WeightedRows, options: BestRunOptions): Task<LloydRun> {
  const { clusters, maxIterations, tolerance, start, random } = options;
  const threshold = tolerance * meanVariance(points);
  const total = start ? 1 : options.restarts;
  let best: LloydRun | undefined;
  for (let run = 0; run < total; run++) {
    const progress: Progress = { stage: "k-means", done: run, total };
    const centers = start ?? (yield* plusPlusTask(points, clusters, random, progress));
    const found = yield* lloydTask(points, centers, { maxIterations, threshold, progress });
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best!;
}

/**
 * The nearest center of each row. model of `kmeans`; points [rows, columns] -> [rows]
 * @throws ShapeError for points of other columns than the centers
 */
export function kmeansPredict(model: Pick<KMeans, "centers">, points: Rows): Int32Array {
  const centers = checkRows("kmeansPredict: centers", model?.centers);
  const { data, rows, columns } = checkRows("kmeansPredict", points, { columns: centers.columns });
  const progress = { stage: "k-means", done: 0, total: 1 };
  return finishTask(nearestTask({ data, rows, columns }, centers.data, progress));
}

function startOf(init: Rows, clusters: number, columns: number): Float64Array {
  const { data, rows } = checkRows("kmeans: init", init, { columns });
  if (rows === clusters) return Float64Array.from(data);
  throw new DataError(`kmeans: init has ${rows} centers for ${clusters} clusters; give one for each`);
}

function checkWeights(weights: Float32Array, rows: number): void {
  if (!(weights instanceof Float32Array) || weights.length !== rows) {
    throw new DataError(`kmeans: weights must be a Float32Array of one number for each of ${rows} rows`);
  }
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new DataError(
      `kmeans: the weight of row ${wrong} is ${weights[wrong]}; weights must be finite and at least 0. Weight 0 leaves a row out.`,
    );
  }
  if (weights.every((weight) => weight === 0)) {
    throw new DataError("kmeans: every weight is 0; give a positive weight to the rows that count");
  }
}

/** Of the columns, unweighted as scikit-learn's. */
function meanVariance({ data, rows, columns }: WeightedRows): number {
  const mean = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) mean[j]! += data[row * columns + j]! / rows;
  }
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) squares += (data[row * columns + j]! - mean[j]!) ** 2;
  }
  return squares / (rows * columns);
}
