import { UsageError } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import { type Codes, checkCodes, type Rows, rowsOf } from "../rows.js";
import { posteriorQuantiles } from "./posterior-quantiles.js";
import { checkVector } from "./vector.js";

export interface TraversalOptions {
  /** The latent dimension that changes, from 0. */
  dimension: number;
  /** Default 9; both ends are among them. */
  steps?: number;
  /** Probability of the first value under the aggregated posterior. Default 0.01. */
  from?: number;
  /** Probability of the last value. Default 0.99. */
  to?: number;
  /** [latent]: where the other dimensions stay. Default: the median of each column of mu. */
  around?: Float32Array;
}

export interface Traversal {
  /** [steps, latent] */
  z: Rows;
  /** What the dimension is at each step. */
  values: number[];
  /** Share of the aggregated posterior below each value, evenly spaced. */
  probabilities: number[];
}

/**
 * Latents that differ in one dimension, which goes through evenly spaced quantiles of its aggregated posterior: each step
 * crosses the same share of the data's codes, whatever their scale. In place of the usual -3 .. 3, which leaves the data
 * in dimensions that are narrow, and stays within them in those that are wide.
 *
 * mu, logvar [n, latent] -> z [steps, latent]
 * @throws UsageError for a dimension that there is not, fewer than 2 steps, or probabilities that are not between 0 and 1
 */
export function traversal(codes: Codes, options: TraversalOptions): Traversal {
  const call = "traversal";
  checkOptions(call, options ?? {}, ["dimension", "steps", "from", "to", "around"]);
  const { mu, rows, latent } = checkCodes(call, codes);
  const { dimension, steps = 9, from = 0.01, to = 0.99, around = medians(mu, rows, latent) } = options ?? {};
  checkInteger(call, "dimension", dimension, 0, latent - 1);
  checkInteger(call, "steps", steps, 2, 2 ** 16);
  for (const [name, p] of Object.entries({ from, to })) {
    if (!(typeof p === "number" && p > 0 && p < 1))
      throw new UsageError(`${call}: ${name} must be a probability between 0 and 1, both excluded, got ${p}`);
  }
  checkVector(call, "around", around, latent);
  const probabilities = Array.from({ length: steps }, (_, i) => from + ((to - from) * i) / (steps - 1));
  const values = posteriorQuantiles(codes, dimension, probabilities);
  const z = new Float32Array(steps * latent);
  for (let step = 0; step < steps; step++) {
    z.set(around, step * latent);
    z[step * latent + dimension] = values[step]!;
  }
  return { z: rowsOf(z, latent), values, probabilities };
}

function medians(mu: Float32Array, rows: number, latent: number): Float32Array {
  const column = new Float32Array(rows);
  return Float32Array.from({ length: latent }, (_, j) => {
    for (let i = 0; i < rows; i++) column[i] = mu[i * latent + j]!;
    column.sort();
    return (column[(rows - 1) >> 1]! + column[rows >> 1]!) / 2;
  });
}
