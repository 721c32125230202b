import type { Random } from "../random.js";
import type { Progress, Task } from "../task.js";
import { sphericalBic } from "./kmeans/criterion.js";
import type { WeightedRows } from "./kmeans/distinct.js";
import { nearestTask } from "./kmeans/nearest.js";
import { bestRunTask } from "./kmeans.js";
import type { CovarianceName } from "./mixture/covariance.js";
import { predictTask } from "./mixture/predict.js";
import { totalOf } from "./mixture/total.js";
import { fitTask } from "./mixture.js";

/** A clustering that can be fitted again and that knows other rows. */
export interface Clustering {
  /** [rows] */
  labels: Int32Array;
  /** null where a component has so few rows that its likelihood has no bound: they lie in a plane, which may be ever thinner. */
  bic: number | null;
  /** The clusters of other rows. */
  predict(points: WeightedRows, progress: Progress): Task<Int32Array>;
}

export interface ClusteringOptions {
  clusters: number;
  covariance: CovarianceName;
  /** Starts of which the best is kept. */
  restarts: number;
  random: Random;
}

type Method = (points: WeightedRows, options: ClusteringOptions) => Task<Clustering>;

function* kmeansClustering(points: WeightedRows, options: ClusteringOptions): Task<Clustering> {
  const { clusters } = options;
  const run = yield* bestRunTask(points, { ...options, maxIterations: 300, tolerance: 1e-4 });
  const sizes = new Int32Array(clusters);
  for (const label of run.labels) sizes[label]!++;
  return {
    labels: run.labels,
    bic: sphericalBic(sizes, points.rows, points.columns, run.inertia, scatterOf(points)),
    predict: (others, progress) => nearestTask(others, run.centers, progress),
  };
}

/** Most rows that a component's covariance can be singular of, however they lie. */
const rowsToSpan: { [K in CovarianceName]: (columns: number) => number } = {
  full: (columns) => columns,
  tied: () => 0,
  diagonal: () => 1,
  spherical: () => 1,
};

/** The regularization is a millionth of the columns' mean variance, so that the unit of the points does not matter. */
function* gmmClustering(points: WeightedRows, options: ClusteringOptions): Task<Clustering> {
  const { clusters, covariance, restarts, random } = options;
  const { rows, columns } = points;
  const regularization = (1e-6 * scatterOf(points)) / (rows * columns) || 1e-6;
  const fit = { covariance, restarts, maxIterations: 100, tolerance: 1e-3, regularization };
  const model = yield* fitTask({ ...points, latent: columns }, clusters, fit, random);
  const bounded = model.weights.every((weight) => weight * rows > rowsToSpan[covariance](columns));
  return {
    labels: model.labels,
    bic: bounded ? model.bic : null,
    *predict(others, progress) {
      const found = yield* predictTask(
        "clusterStability",
        model,
        { ...others, latent: others.columns },
        progress,
      );
      return found.labels;
    },
  };
}

export type ClusterMethod = "kmeans" | "gmm";

export const methods: { [K in ClusterMethod]: Method } = { kmeans: kmeansClustering, gmm: gmmClustering };

/** A part of a task that tells how far the whole is. */
export function* under<T>(progress: Progress, part: Task<T>): Task<T> {
  for (;;) {
    const step = part.next();
    if (step.done) return step.value;
    yield progress;
  }
}

/** Sum of squared distances to the mean of all rows. */
function scatterOf({ data, rows, columns }: WeightedRows): number {
  const { mean } = totalOf(data, rows, columns, false);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) sum += (data[row * columns + j]! - mean[j]!) ** 2;
  }
  return sum;
}
