import { UsageError } from "../errors.js";
import { checkOptions, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { type Codes, rowsOf } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { runTask, type Task } from "../task.js";
import {
  type AggregatedPosterior,
  type AggregatedPosteriorOptions,
  aggregatedPosteriorTask,
  checkAggregated,
} from "./aggregated-posterior.js";
import { squaredMmdTask } from "./mmd.js";
import { aggregateMoments, variancesOf } from "./moments.js";
import { checkDraws, checkPosteriors, drawsAt } from "./posteriors.js";

export interface DistanceToPriorOptions
  extends Pick<AggregatedPosteriorOptions, "z" | "rows" | "seed" | "signal" | "onProgress"> {
  /** What aggregatedPosterior said of these codes and N(0, I), where that was asked before. */
  aggregated?: AggregatedPosterior;
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
  /** Squared maximum mean discrepancy between draws of the aggregated posterior and of N(0, I); around 0 where they are equal. */
  mmd: number;
  /** Standard deviation of `mmd` if they were equal: values within two of these say nothing. */
  mmdNullDeviation: number;
  /** Estimate of KL(q(z) || N(0, I)) in nats: aggregated.marginalKl.value, at most so much where `aggregated.saturated`. */
  aggregateKl: number;
  /** Estimate of I(x; z) in nats: aggregated.mutualInformation.value, at least so much where `aggregated.saturated`. */
  mutualInformation: number;
  /** Both with their intervals, and what else is known of the aggregated posterior. */
  aggregated: AggregatedPosterior;
}

/** A variance below this counts as this: the KL of a Gaussian without width in some direction would be infinite. */
const smallest = 1e-30;

/**
 * How far the aggregated posterior q(z) = mean of the rows' N(mu, sigma^2) is from the prior N(0, I), which decides how good samples of
 * the prior can be. The mean KL is I(x; z) + KL(q(z) || p(z)) (Hoffman & Johnson 2016): what is told about x, and what is lost.
 *
 * For I(x; z) and KL(q(z) || p(z)) see aggregatedPosterior, for the discrepancy squaredMmd. Gaussian fit: N(m, S),
 * KL = (tr S + |m|^2 - latent - ln |S|) / 2, W2^2 = |m|^2 + tr (S^1/2 - I)^2.
 *
 * codes [rows, latent], 2 rows or more
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
  const call = "distanceToPrior";
  checkOptions(call, options, ["z", "rows", "seed", "aggregated", ...runOptionNames]);
  const { aggregated: known, ...rest } = options;
  const checked = checkPosteriors(call, codes);
  if (known) checkAggregated(call, known);
  if (known && !known.dimensionwiseKl) {
    throw new UsageError(
      `${call}: aggregated is of a prior of one's own; give what aggregatedPosterior says without logPrior`,
    );
  }
  const { mu, logvar, rows: all, latent } = checked;
  if (options.z) checkDraws(call, options.z, all, latent);
  const aggregated = known ?? (yield* aggregatedPosteriorTask(codes, rest, call));

  const { mean, covariance } = aggregateMoments(mu, logvar, latent);
  const { kl, wasserstein2 } = gaussianDistance(mean, variancesOf(covariance, latent));
  // By the same seed the draws that the aggregated posterior was measured with, and of the prior as many.
  const random = new Random(options.seed ?? 0);
  const index = someRows(all, aggregated.rows, random);
  const z = drawsAt(checked, options.z, index, random);
  const prior = Float32Array.from(z, () => random.normal());
  const mmd = yield* squaredMmdTask(rowsOf(Float32Array.from(z), latent), rowsOf(prior, latent), {
    rows: index.length,
  });
  return {
    mean: Array.from(mean),
    std: Array.from(mean, (_, d) => Math.sqrt(covariance[d * latent + d]!)),
    kl,
    wasserstein2,
    mmd: mmd.value,
    mmdNullDeviation: mmd.nullDeviation,
    aggregateKl: aggregated.marginalKl.value,
    mutualInformation: aggregated.mutualInformation.value,
    aggregated,
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
