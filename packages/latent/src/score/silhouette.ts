import { DataError } from "../errors.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { checkLabels, checkRows, type Labels, type Rows } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { checkClusterCount } from "./clustered-points.js";
import { rowsByCode } from "./contingency.js";
import { labelCodes } from "./label-codes.js";

export interface SilhouetteOptions extends RunOptions {
  /** Most rows that are scored (default 5000): of more, so many drawn at random, by the distances among themselves. */
  rows?: number;
  /** Of the sample (default 0). */
  seed?: number;
}

export interface Silhouette {
  /** Mean over the scored rows, from -1 to 1. */
  mean: number;
  /** Per label in natural order; size counts the scored rows. */
  perCluster: { label: string | number; mean: number; size: number }[];
  /** Rows that were scored. */
  rows: number;
  /** Which rows those were, ascending. */
  index: Int32Array;
  /** The silhouette of each of them. */
  values: Float32Array;
}

/**
 * Silhouettes (Rousseeuw 1987): how much nearer each row is to its own cluster than to the next one. Exact over the rows scored, in
 * O(rows^2 columns) time and O(rows) memory for that many. A cluster of one row has the silhouette 0. Noise (-1) is a cluster like any
 * other: leave such rows out first.
 *
 * points [rows, columns], labels [rows] -> (b - a) / max(a, b) per row, a the mean Euclidean distance to the other rows of its
 * cluster, b the smallest mean distance to the rows of another
 * @throws ShapeError, DataError for bad rows or labels, fewer than 2 labels or as many as rows (in the sample); UsageError for bad options
 */
export async function silhouette(
  points: Rows,
  labels: Labels,
  options: SilhouetteOptions = {},
): Promise<Silhouette> {
  return runTask(silhouetteTask(points, labels, options), options);
}

export function* silhouetteTask(
  points: Rows,
  labels: Labels,
  options: SilhouetteOptions = {},
): Task<Silhouette> {
  checkOptions("silhouette", options, ["rows", "seed", ...runOptionNames]);
  const { rows: most = 5000, seed = 0 } = options;
  const { data, rows: all, columns } = checkRows("silhouette", points);
  checkLabels("silhouette", labels, all);
  checkInteger("silhouette", "rows", most, 3);
  checkInteger("silhouette", "seed", seed, 0);
  const index = Int32Array.from(someRows(all, most, seed));
  const rows = index.length;
  const coded = labelCodes(
    "silhouette",
    Array.from(index, (row) => labels[row]!),
  );
  if (rows < all && coded.names.length < 2) {
    throw new DataError(
      `silhouette: all ${rows} sampled rows have the label ${coded.names[0]}; the score compares clusters. ` +
        "Set the option rows to more.",
    );
  }
  checkClusterCount("silhouette", coded, rows);

  const { names, sizes } = coded;
  const clusters = names.length;
  const { order, starts } = rowsByCode(coded);
  const sorted = new Float32Array(rows * columns);
  for (let at = 0; at < rows; at++) {
    const from = index[order[at]!]! * columns;
    sorted.set(data.subarray(from, from + columns), at * columns);
  }

  const values = new Float32Array(rows);
  const sums = new Float64Array(clusters);
  const perCluster = new Float64Array(clusters);
  let total = 0;
  const batch = Math.max(1, Math.floor(5e6 / (rows * columns)));
  for (let own = 0; own < clusters; own++) {
    for (let at = starts[own]!; at < starts[own + 1]!; at++) {
      if (at % batch === 0) yield { stage: "silhouette", done: at, total: rows };
      distanceSums(sorted, columns, at, starts, sums);
      const value = silhouetteOf(sums, sizes, own);
      values[order[at]!] = value;
      perCluster[own] = perCluster[own]! + value;
      total += value;
    }
  }
  return {
    mean: total / rows,
    perCluster: names.map((label, i) => ({ label, mean: perCluster[i]! / sizes[i]!, size: sizes[i]! })),
    rows,
    index,
    values,
  };
}

/** Sum of the distances of row `at` to the rows of each cluster: cluster c is rows starts[c] .. starts[c + 1] - 1. */
function distanceSums(
  data: Float32Array,
  columns: number,
  at: number,
  starts: Int32Array,
  sums: Float64Array,
): void {
  const row = at * columns;
  const fours = columns & ~3;
  let other = 0;
  for (let cluster = 0; cluster < sums.length; cluster++) {
    const end = starts[cluster + 1]! * columns;
    let sum = 0;
    for (; other < end; other += columns) {
      let square = 0;
      for (let c = 0; c < fours; c += 4) {
        const p = data[row + c]! - data[other + c]!;
        const q = data[row + c + 1]! - data[other + c + 1]!;
        const r = data[row + c + 2]! - data[other + c + 2]!;
        const s = data[row + c + 3]! - data[other + c + 3]!;
        square += p * p + q * q + (r * r + s * s);
      }
      for (let c = fours; c < columns; c++) {
        const p = data[row + c]! - data[other + c]!;
        square += p * p;
      }
      sum += Math.sqrt(square);
    }
    sums[cluster] = sum;
  }
}

function silhouetteOf(sums: Float64Array, sizes: Int32Array, own: number): number {
  if (sizes[own] === 1) return 0;
  const within = sums[own]! / (sizes[own]! - 1);
  let next = Number.POSITIVE_INFINITY;
  for (let cluster = 0; cluster < sums.length; cluster++) {
    if (cluster === own) continue;
    const mean = sums[cluster]! / sizes[cluster]!;
    if (mean < next) next = mean;
  }
  const larger = Math.max(within, next);
  return larger === 0 ? 0 : (next - within) / larger;
}
