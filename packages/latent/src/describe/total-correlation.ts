import { checkOptions, runOptionNames } from "../options.js";
import type { Codes } from "../rows.js";
import { runTask, type Task } from "../task.js";
import {
  type AggregatedPosterior,
  type AggregatedPosteriorOptions,
  aggregatedPosteriorTask,
  checkAggregated,
} from "./aggregated-posterior.js";
import type { Estimate } from "./interval.js";
import { aggregateMoments, correlationOf, variancesOf } from "./moments.js";
import { checkPosteriors } from "./posteriors.js";

export interface TotalCorrelationOptions
  extends Pick<AggregatedPosteriorOptions, "z" | "rows" | "seed" | "signal" | "onProgress"> {
  /** What aggregatedPosterior said of these codes, where that was asked before: the other options are then not used. */
  aggregated?: AggregatedPosterior;
}

export interface TotalCorrelation {
  /** Of the Gaussian with the aggregated posterior's covariance, in nats: what linear dependence there is. */
  gaussian: number;
  /** Of the aggregated posterior itself, in nats; by chance it may lie a little below 0. */
  estimate: number;
  standardError: number;
  /** The ends of its 95 % interval, which allows for what so few rows do not know. */
  low: number;
  high: number;
  /** Whether the posteriors hardly overlap: all that is known of the total correlation is then that it is at most `high`. */
  saturated: boolean;
  /** Rows in the mixture. */
  rows: number;
}

/** Eigenvalues of a correlation below this count as this: copies of one column then cost about 17 nats instead of infinitely many. */
const smallest = 1e-15;

/**
 * How much the latent dimensions depend on each other (Watanabe 1960), of the aggregated posterior q(z) = mean of the rows' N(mu, sigma^2):
 * TC = KL(q(z) || prod_d q(z_d)), 0 when the dimensions are independent.
 *
 * `gaussian` = -ln |R| / 2, R the correlation matrix of q(z): covariance of mu plus mean sigma^2.
 * `estimate`: see aggregatedPosterior.
 *
 * codes [rows, latent], 2 rows or more
 * @throws ShapeError, DataError for bad codes; UsageError for bad options
 */
export async function totalCorrelation(
  codes: Codes,
  options: TotalCorrelationOptions = {},
): Promise<TotalCorrelation> {
  return runTask(totalCorrelationTask(codes, options), options);
}

export function* totalCorrelationTask(
  codes: Codes,
  options: TotalCorrelationOptions = {},
): Task<TotalCorrelation> {
  const call = "totalCorrelation";
  checkOptions(call, options, ["z", "rows", "seed", "aggregated", ...runOptionNames]);
  const { aggregated, ...rest } = options;
  const { mu, logvar, latent } = checkPosteriors(call, codes);
  if (aggregated) checkAggregated(call, aggregated);
  const found = aggregated ?? (yield* aggregatedPosteriorTask(codes, rest, call));
  const { value: estimate, ...interval }: Estimate = found.totalCorrelation;
  const { covariance } = aggregateMoments(mu, logvar, latent);
  const gaussian = gaussianTotalCorrelation(covariance, latent);
  return { gaussian, estimate, ...interval, saturated: found.saturated, rows: found.rows };
}

function gaussianTotalCorrelation(covariance: Float64Array, latent: number): number {
  let total = 0;
  for (const value of variancesOf(correlationOf(covariance, latent), latent)) {
    total -= 0.5 * Math.log(Math.max(smallest, value));
  }
  return Math.max(0, total);
}
