import { DataError, UsageError } from "../errors.js";
import { checkInteger, checkOptions } from "../options.js";
import { type Codes, checkCodes } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { normalCdf, rootTwoPi } from "./normal-cdf.js";

export interface QuantileOptions {
  /** Most posteriors that are mixed; of more, so many drawn at random stand for all. Default 5,000. */
  rows?: number;
  /** Of that draw. Default 0. */
  seed?: number;
}

/** No standard normal number of double precision has a smaller tail. */
const widest = 38;
/** From a bracket of any width to a float64's own grain. */
const mostSteps = 500;
const precision = 1e-13;

/**
 * Quantiles of one dimension of the aggregated posterior q(z) = 1/n sum_i N(mu_i, sigma_i^2): the z with
 * 1/n sum_i Phi((z - mu_i) / sigma_i) = p. sigma counts: they lie further out than those of mu.
 *
 * mu, logvar [n, latent], dimension of 0 .. latent - 1, probabilities between 0 and 1 -> as many values, in units of z
 * @throws UsageError for a dimension or a probability out of range
 */
export function posteriorQuantiles(
  codes: Codes,
  dimension: number,
  probabilities: readonly number[],
  options: QuantileOptions = {},
): number[] {
  const call = "posteriorQuantiles";
  checkOptions(call, options, ["rows", "seed"]);
  const { rows: most = 5000, seed = 0 } = options;
  checkInteger(call, "rows", most, 1);
  const { mu, logvar, rows, latent } = checkCodes(call, codes);
  checkInteger(call, "dimension", dimension, 0, latent - 1);
  if (!Array.isArray(probabilities))
    throw new UsageError(`${call}: probabilities must be an array of numbers`);
  const wrong = probabilities.find((p) => !(typeof p === "number" && p > 0 && p < 1));
  if (wrong !== undefined) {
    throw new UsageError(
      `${call}: a probability must lie between 0 and 1, both excluded, got ${wrong}. The normal's tails have no end.`,
    );
  }
  const chosen = someRows(rows, most, seed);
  const count = chosen.length;
  const means = new Float64Array(count);
  const sigmas = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = chosen[i]! * latent + dimension;
    means[i] = mu[at]!;
    // A sigma of 0 makes a step, which no division by 0 may turn into NaN.
    sigmas[i] = Math.max(Math.exp(logvar[at]! / 2), Number.MIN_VALUE);
    if (sigmas[i] === Number.POSITIVE_INFINITY) {
      throw new DataError(
        `${call}: row ${(at - dimension) / latent} has the logvar ${logvar[at]}, whose sigma is infinite`,
      );
    }
  }
  return probabilities.map((p) => quantile(means, sigmas, p));
}

/** Newton's method kept within a bracket, which it halves where a step would leave it. */
function quantile(means: Float64Array, sigmas: Float64Array, p: number): number {
  const count = means.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    low = Math.min(low, means[i]! - widest * sigmas[i]!);
    high = Math.max(high, means[i]! + widest * sigmas[i]!);
  }
  let z = low + (high - low) / 2;
  for (let step = 0; step < mostSteps; step++) {
    let below = 0;
    let density = 0;
    for (let i = 0; i < count; i++) {
      const t = (z - means[i]!) / sigmas[i]!;
      below += normalCdf(t);
      density += Math.exp(-0.5 * t * t) / sigmas[i]!;
    }
    if (below < p * count) low = z;
    else high = z;
    const before = z;
    const slope = density / rootTwoPi;
    z -= (below - p * count) / slope;
    // A slope of 0 or without end, as posteriors of no width have, leads nowhere.
    const kept = z > low && z < high && slope < Number.POSITIVE_INFINITY;
    if (kept && Math.abs(z - before) <= precision * Math.abs(z)) return z;
    if (!kept) z = low + (high - low) / 2;
    if (z <= low || z >= high) return high;
  }
  return z;
}
