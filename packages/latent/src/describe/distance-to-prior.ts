import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import type { Codes } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { aggregateTask, meanAndError } from "./aggregate.js";
import { kernelDistanceTask } from "./kernel-distance.js";
import { aggregateMoments, variancesOf } from "./moments.js";
import { checkPosteriors, meanKl } from "./posteriors.js";

export interface DistanceToPriorOptions extends RunOptions {
  /** Fewest draws of z that I(x; z) is the mean of (default 5,000). */
  samples?: number;
  /** Most rows in the mixture that stands for q(z) (default 5,000). */
  rows?: number;
  /** Of the draws, and of the rows when there are more (default 0). */
  seed?: number;
}

export interface DistanceToPrior {
  /** Of the aggregated posterior, per dimension; 0 when it is the prior. */
  mean: number[];
  /** Of the aggregated posterior, per dimension; 1 when it is the prior. */
  std: number[];
  /** KL of the Gaussian with its mean and covariance to N(0, I), in nats. */
  kl: number;
  /** 2-Wasserstein distance of that Gaussian to N(0, I), in units of z. */
  wasserstein2: number;
  /** Maximum mean discrepancy of the aggregated posterior itself to N(0, I), from 0 to sqrt(2); Gaussian kernel of variance `latent`. */
  mmd: number;
  /** Estimate of KL(q(z) || N(0, I)) in nats: meanKl - mutualInformation. */
  aggregateKl: number;
  /** Estimate of I(x; z) in nats; at most ln of the number of rows. */
  mutualInformation: number;
  /** Of both estimates, by their draws alone. */
  standardError: number;
  /** Mean KL(q(z|x) || N(0, I)) in nats: what the bound pays. */
  meanKl: number;
  /** Mean share of a draw's own row in q(z), from 1 / rows to 1: near 1 posteriors do not overlap, and I(x; z) is ln of the number of rows. */
  ownShare: number;
  /** Rows in the mixture. */
  rows: number;
}

/** A variance below this counts as this: the KL of a Gaussian without width in some direction would be infinite. */
const smallest = 1e-30;

/**
 * How far the aggregated posterior q(z) = mean of the rows' N(mu, sigma^2) is from the prior N(0, I), which decides how good samples of
 * the prior can be. The mean KL is I(x; z) + KL(q(z) || p(z)) (Hoffman & Johnson 2016): what is told about x, and what is lost.
 *
 * I(x; z) = mean of ln q(z|x) - ln q(z) over draws, q(z) the mixture with the draw's own component in it: unbiased for up to `rows` rows.
 * Above, it is the stratified estimate of Chen et al. 2018, which gives I somewhat too high. x is one of the n rows: I is at most
 * ln n, and where posteriors hardly overlap (most models of pictures) it is just that.
 * mmd: Tolstikhin et al. 2018, in closed form. Gaussian fit: N(m, S), KL = (tr S + |m|^2 - latent - ln |S|) / 2,
 * W2^2 = |m|^2 + tr (S^1/2 - I)^2.
 *
 * codes [rows, latent]; time O(samples rows latent)
 * @throws ShapeError, DataError for bad codes; UsageError for bad options
 */
export async function distanceToPrior(
  codes: Codes,
  options: DistanceToPriorOptions = {},
): Promise<DistanceToPrior> {
  return runTask(distanceToPriorTask(codes, options), options);
}

export function* distanceToPriorTask(
  codes: Codes,
  options: DistanceToPriorOptions = {},
): Task<DistanceToPrior> {
  checkOptions("distanceToPrior", options, ["samples", "rows", "seed", ...runOptionNames]);
  const { samples = 5000, rows: most = 5000, seed = 0 } = options;
  checkInteger("distanceToPrior", "samples", samples, 1);
  checkInteger("distanceToPrior", "rows", most, 2);
  const checked = checkPosteriors("distanceToPrior", codes);
  const { mu, logvar, rows: all, latent } = checked;

  const { mean, covariance } = aggregateMoments(mu, logvar, latent);
  const { kl, wasserstein2 } = gaussianDistance(mean, variancesOf(covariance, latent));
  const std = Array.from(mean, (_, d) => Math.sqrt(covariance[d * latent + d]!));

  const index = new Random(seed).choose(Math.min(all, most), all);
  const mmd = Math.sqrt(Math.max(0, yield* kernelDistanceTask(checked, index)));

  const found = yield* aggregateTask(checked, { most, samples, seed, marginals: false });
  const { mean: information, standardError } = meanAndError(found.joint);
  const total = meanKl(mu, logvar, latent).reduce((sum, value) => sum + value, 0);
  const mutualInformation = Math.min(Math.max(0, information), total);
  return {
    mean: Array.from(mean),
    std,
    kl,
    wasserstein2,
    mmd,
    aggregateKl: total - mutualInformation,
    mutualInformation,
    standardError,
    meanKl: total,
    ownShare: found.ownShare,
    rows: found.rows,
  };
}

function gaussianDistance(mean: Float64Array, variances: Float64Array): { kl: number; wasserstein2: number } {
  let kl = 0;
  let square = 0;
  for (const off of mean) {
    kl += 0.5 * off * off;
    square += off * off;
  }
  for (const variance of variances) {
    kl += 0.5 * (variance - 1 - Math.log(Math.max(smallest, variance)));
    square += (Math.sqrt(variance) - 1) ** 2;
  }
  return { kl: Math.max(0, kl), wasserstein2: Math.sqrt(square) };
}
