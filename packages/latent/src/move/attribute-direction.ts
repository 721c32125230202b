import { DataError } from "../errors.js";
import { checkNumber, checkOptions, checkWord } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { areaUnderCurve } from "./area-under-curve.js";
import { fitLogistic } from "./logistic.js";

const methods = ["meanDifference", "logistic"] as const;

export interface AttributeOptions {
  /**
   * "meanDifference": from the mean code of the rows without the attribute to that of those with it (Larsen et al. 2016,
   * section 3.2). "logistic": across the boundary that tells them apart best, which is not pulled by what merely comes
   * with the attribute. Default "meanDifference".
   */
  method?: (typeof methods)[number];
  /** Weight of |w|^2 / 2 against the summed log loss, on standardised columns; for "logistic". Default 1. */
  regularization?: number;
}

export interface AttributeDirection {
  /** [latent], of length 1, from without to with. */
  direction: Float32Array;
  /** direction . z + bias is the distance from the boundary, above 0 on the attribute's side, in units of z. */
  bias: number;
  /** Share of the rows that are on their side of the boundary: of those that it was made from. */
  accuracy: number;
  /** Area under the receiver operating characteristic of direction . z: 0.5 knows nothing, 1 tells all apart. */
  auc: number;
  /** Distance of the two classes' means along the direction, in units of z: as far as a typical move goes. */
  scale: number;
}

/**
 * The direction in latent space along which an attribute changes, for `moveAlong`.
 * points [n, latent], target: n of true, false, 1 and 0
 * @throws DataError for another number of targets, other values, one class only, or classes whose codes are the same
 */
export function attributeDirection(
  points: Rows,
  target: ArrayLike<boolean | number>,
  options: AttributeOptions = {},
): AttributeDirection {
  const call = "attributeDirection";
  checkOptions(call, options, ["method", "regularization"]);
  const { method = "meanDifference", regularization = 1 } = options;
  checkWord(call, "method", method, methods);
  checkNumber(call, "regularization", regularization, 1e-6);
  const { data, rows, columns } = checkRows(call, points, { rows: 2, because: "two classes" });
  const truth = checkTarget(call, target, rows);
  const means = classMeans(data, columns, truth);
  const { weights, bias } =
    method === "logistic"
      ? fitLogistic(data, columns, truth, regularization)
      : acrossMiddle(means.without, means.with);
  const length = Math.hypot(...weights);
  if (!(length > 0)) {
    throw new DataError(
      `${call}: the rows with the attribute have the same mean code as those without it; there is no direction from one to the other`,
    );
  }
  const direction = Float32Array.from(weights, (weight) => weight / length);
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) scores[i] = dot(direction, data, i * columns) + bias / length;
  let right = 0;
  for (let i = 0; i < rows; i++) if (scores[i]! > 0 === (truth[i] === 1)) right++;
  return {
    direction,
    bias: bias / length,
    accuracy: right / rows,
    auc: areaUnderCurve(scores, truth),
    scale: dot(direction, means.with, 0) - dot(direction, means.without, 0),
  };
}

function checkTarget(call: string, target: ArrayLike<boolean | number>, rows: number): Uint8Array {
  if (target?.length !== rows) {
    throw new DataError(`${call}: ${target?.length ?? "no"} targets for ${rows} rows; give one for each row`);
  }
  const truth = new Uint8Array(rows);
  let positives = 0;
  for (let i = 0; i < rows; i++) {
    const value = target[i]!;
    if (Number(value) !== 0 && Number(value) !== 1) {
      throw new DataError(
        `${call}: target ${i} is ${value}; each must be true or false, 1 or 0. Compare a column of numbers with a threshold first.`,
      );
    }
    truth[i] = Number(value);
    positives += truth[i]!;
  }
  if (positives === 0 || positives === rows) {
    throw new DataError(
      `${call}: all ${rows} rows ${positives === 0 ? "lack" : "have"} the attribute; rows of both kinds are needed`,
    );
  }
  return truth;
}

function classMeans(data: Float32Array, columns: number, truth: Uint8Array) {
  const sums = [new Float64Array(columns), new Float64Array(columns)] as const;
  const counts = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const which = truth[i] === 1 ? 1 : 0;
    const sum = sums[which];
    counts[which]!++;
    for (let j = 0; j < columns; j++) sum[j]! += data[i * columns + j]!;
  }
  return { without: sums[0].map((sum) => sum / counts[0]!), with: sums[1].map((sum) => sum / counts[1]!) };
}

function acrossMiddle(without: Float64Array, having: Float64Array): { weights: Float64Array; bias: number } {
  const weights = having.map((value, j) => value - without[j]!);
  const bias = -weights.reduce((sum, weight, j) => sum + (weight * (having[j]! + without[j]!)) / 2, 0);
  return { weights, bias };
}

function dot(direction: Float32Array, data: Float32Array | Float64Array, at: number): number {
  let sum = 0;
  for (let j = 0; j < direction.length; j++) sum += direction[j]! * data[at + j]!;
  return sum;
}
