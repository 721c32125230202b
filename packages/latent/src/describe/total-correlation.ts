import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import type { Codes } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { aggregateTask, meanAndError } from "./aggregate.js";
import { aggregateMoments, correlationOf, variancesOf } from "./moments.js";
import { checkPosteriors } from "./posteriors.js";

export interface TotalCorrelationOptions extends RunOptions {
  /** Fewest draws of z that the estimate is the mean of (default 2,000; down to 500 for many dimensions). */
  samples?: number;
  /** Most rows in the mixture that stands for q(z) (default 5,000). */
  rows?: number;
  /** Of the draws, and of the rows when there are more (default 0). */
  seed?: number;
}

export interface TotalCorrelation {
  /** Of the Gaussian with the aggregated posterior's covariance, in nats: what linear dependence there is. */
  gaussian: number;
  /** Of the aggregated posterior itself, in nats; by chance it may lie a little below 0. */
  estimate: number;
  /** Of the estimate, by its draws alone. */
  standardError: number;
  /** Mean share of a draw's own row in q(z), from 1 / rows to 1. Near 1 `estimate` tells more of the number of rows than of the dimensions. */
  ownShare: number;
  /** Rows in the mixture. */
  rows: number;
}

/** Densities of one dimension that are evaluated by default, if more than 500 draws then remain: some seconds. */
const work = 2e8;
/** Eigenvalues of a correlation below this count as this: copies of one column then cost about 17 nats instead of infinitely many. */
const smallest = 1e-15;

/**
 * How much the latent dimensions depend on each other (Watanabe 1960), of the aggregated posterior q(z) = mean of the rows' N(mu, sigma^2):
 * TC = KL(q(z) || prod_d q(z_d)), 0 when the dimensions are independent.
 *
 * `gaussian` = -ln |R| / 2, R the correlation matrix of q(z): covariance of mu plus mean sigma^2.
 * `estimate` = mean of ln q(z) - sum_d ln q(z_d) over draws of q(z), densities by the mixture of the rows' posteriors with the draw's own
 * component in it (Chen et al. 2018, whose minibatch is here all rows up to `rows`). For these rows it is unbiased. Read as a figure
 * of the distribution that the rows come from it is too high where posteriors hardly overlap (narrow sigma, many dimensions): every
 * component is then an island of its own, and `ownShare` is near 1. Compare it between models at the same number of rows only. Above `rows` rows see Chen et al.,
 * appendix C.2: the bias is that of ln of an unbiased q(z).
 *
 * codes [rows, latent]; time O(samples rows latent)
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
  checkOptions("totalCorrelation", options, ["samples", "rows", "seed", ...runOptionNames]);
  const { rows: most = 5000, seed = 0 } = options;
  checkInteger("totalCorrelation", "rows", most, 2);
  const checked = checkPosteriors("totalCorrelation", codes);
  const { mu, logvar, rows: all, latent } = checked;
  const affordable = Math.floor(work / (Math.min(all, most) * latent));
  const { samples = Math.min(2000, Math.max(500, affordable)) } = options;
  checkInteger("totalCorrelation", "samples", samples, 1);
  const { covariance } = aggregateMoments(mu, logvar, latent);
  const gaussian = gaussianTotalCorrelation(covariance, latent);
  const found = yield* aggregateTask(checked, { most, samples, seed, marginals: true });
  const { rows, ownShare } = found;
  if (latent === 1) return { gaussian, estimate: 0, standardError: 0, ownShare, rows };
  const { mean, standardError } = meanAndError(found.marginal.map((value, i) => value - found.joint[i]!));
  return { gaussian, estimate: mean, standardError, ownShare, rows };
}

function gaussianTotalCorrelation(covariance: Float64Array, latent: number): number {
  let total = 0;
  for (const value of variancesOf(correlationOf(covariance, latent), latent)) {
    total -= 0.5 * Math.log(Math.max(smallest, value));
  }
  return Math.max(0, total);
}
