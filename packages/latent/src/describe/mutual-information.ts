import { DataError, UsageError } from "../errors.js";
import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkLabels, checkRows, type Labels, type Rows } from "../rows.js";
import { labelCodes } from "../score/label-codes.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { continuousInformation } from "./continuous-information.js";
import { discreteInformation } from "./discrete-information.js";

export interface MutualInformationOptions extends RunOptions {
  /** What the target is: classes or amounts. auto (default): words, and up to 100 different integers, are classes. */
  kind?: "auto" | "discrete" | "continuous";
  /** Neighbours of the estimate (default 3): more are less noisy, but see less detail. */
  neighbours?: number;
  /** Most rows that are looked at (default 100,000). */
  rows?: number;
  /** Of the choice of rows when there are more, and of the noise (default 0). */
  seed?: number;
}

export interface MutualInformation {
  /** What the target was taken as. */
  kind: "discrete" | "continuous";
  /** Per column of the points, 0 or more. */
  nats: number[];
  /** Rows looked at. */
  rows: number;
}

/** Different integers up to which numbers are classes. */
const mostClasses = 100;
/** Noise relative to a column's size that parts equal values, as Kraskov et al. advise and scikit-learn does. */
const noise = 1e-10;

/**
 * What each column tells about a target, by itself, in nats; 0 for independence. The estimators of scikit-learn's mutual_info_classif
 * and mutual_info_regression, in O(rows log rows) time per column: classes by Ross 2014, amounts by Kraskov et al. 2004 (the first estimator).
 * Columns are scaled to unit variance and get noise of 1e-10, that parts equal values. Negative estimates are 0; so is a constant column.
 * Rows that are alone in their class are left out.
 *
 * points [rows, columns], target [rows] -> columns numbers
 * @throws ShapeError, DataError for bad rows or target, or classes of one row each; UsageError for bad options
 */
export async function mutualInformation(
  points: Rows,
  target: Labels,
  options: MutualInformationOptions = {},
): Promise<MutualInformation> {
  return runTask(mutualInformationTask(points, target, options), options);
}

export function* mutualInformationTask(
  points: Rows,
  target: Labels,
  options: MutualInformationOptions = {},
): Task<MutualInformation> {
  checkOptions("mutualInformation", options, ["kind", "neighbours", "rows", "seed", ...runOptionNames]);
  const { kind: wanted = "auto", neighbours = 3, rows: most = 100_000, seed = 0 } = options;
  checkWord("mutualInformation", "kind", wanted, ["auto", "discrete", "continuous"]);
  checkInteger("mutualInformation", "neighbours", neighbours, 1);
  checkInteger("mutualInformation", "rows", most, neighbours + 1);
  const {
    data,
    rows: all,
    columns,
  } = checkRows("mutualInformation", points, { rows: 2, because: "an estimate" });
  checkLabels("mutualInformation", target, all);
  const amounts = numbersOf(target);
  const kind = wanted === "auto" ? kindOf(amounts) : wanted;
  if (kind === "continuous" && amounts === undefined) {
    throw new UsageError(
      'mutualInformation: the target has words, which are classes; kind must be "discrete" or "auto" for it',
    );
  }

  const random = new Random(seed);
  const index = random.choose(Math.min(all, most), all);
  if (index.length === all) index.sort();
  const column = new Float64Array(index.length);
  const nats: number[] = [];
  if (kind === "continuous") {
    checkRows("mutualInformation", points, {
      rows: neighbours + 1,
      because: `${neighbours} neighbours of each`,
    });
    const y = Float64Array.from(index, (row) => amounts![row]!);
    const varies = normalise(y, random);
    for (let c = 0; c < columns; c++) {
      yield { stage: "mutual information", done: c, total: columns };
      for (let i = 0; i < index.length; i++) column[i] = data[index[i]! * columns + c]!;
      const estimate = normalise(column, random) && varies;
      nats.push(estimate ? yield* continuousInformation(column, y, neighbours) : 0);
    }
    return { kind, nats, rows: index.length };
  }

  const { kept, codes, classes } = classesOf(target, index);
  const values = column.subarray(0, kept.length);
  for (let c = 0; c < columns; c++) {
    yield { stage: "mutual information", done: c, total: columns };
    for (let i = 0; i < kept.length; i++) values[i] = data[kept[i]! * columns + c]!;
    const estimate = normalise(values, random);
    nats.push(estimate ? yield* discreteInformation(values, codes, classes, neighbours) : 0);
  }
  return { kind, nats, rows: kept.length };
}

/** The target as numbers, or undefined for words. @throws DataError for NaN and infinity */
function numbersOf(target: Labels): ArrayLike<number> | undefined {
  const numbers = new Float64Array(target.length);
  for (let i = 0; i < target.length; i++) {
    const value: unknown = target[i];
    if (typeof value !== "number") return undefined;
    if (!Number.isFinite(value)) {
      throw new DataError(
        `mutualInformation: the target of row ${i} is ${value}; every one must be finite. Leave such rows out.`,
      );
    }
    numbers[i] = value;
  }
  return numbers;
}

function kindOf(amounts: ArrayLike<number> | undefined): "discrete" | "continuous" {
  if (amounts === undefined) return "discrete";
  const seen = new Set<number>();
  for (let i = 0; i < amounts.length; i++) {
    if (!Number.isInteger(amounts[i])) return "continuous";
    seen.add(amounts[i]!);
    if (seen.size > mostClasses || seen.size > amounts.length / 2) return "continuous";
  }
  return "discrete";
}

/** Rows that are not alone in their class, and the class of each, 0 .. classes - 1 with gaps. */
function classesOf(
  target: Labels,
  index: Int32Array,
): { kept: Int32Array; codes: Int32Array; classes: number } {
  const picked = Array.from(index, (row) => target[row]!) as string[] | number[];
  const { codes: all, sizes } = labelCodes("mutualInformation", picked);
  const kept = index.filter((_, i) => sizes[all[i]!]! > 1);
  if (kept.length === 0) {
    throw new DataError(
      `mutualInformation: each of ${index.length} rows is alone in its class, so the classes tell nothing apart. ` +
        'Give a target with fewer classes, or kind: "continuous" if these are amounts.',
    );
  }
  const codes = all.filter((code) => sizes[code]! > 1);
  return { kept, codes, classes: sizes.length };
}

/** Scale to unit variance and add noise, in place; false for a constant. */
function normalise(values: Float64Array, random: Random): boolean {
  const rows = values.length;
  let mean = 0;
  let constant = true;
  for (let i = 0; i < rows; i++) {
    mean += values[i]!;
    if (values[i] !== values[0]) constant = false;
  }
  if (constant) return false;
  mean /= rows;
  let square = 0;
  let size = 0;
  for (let i = 0; i < rows; i++) {
    square += (values[i]! - mean) ** 2;
    size += Math.abs(values[i]!);
  }
  const scale = Math.sqrt(square / rows);
  const width = noise * Math.max(1, size / rows / scale);
  for (let i = 0; i < rows; i++) values[i] = values[i]! / scale + width * random.normal();
  return true;
}
