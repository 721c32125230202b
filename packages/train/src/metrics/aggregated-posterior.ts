import { DataError } from "@vaekit/infer";
import { type Estimate, estimateMean } from "./interval.js";
import { logSumExp } from "./log-sum-exp.js";
import {
  checkAlike,
  checkCount,
  checkMatrix,
  columnOf,
  type Matrix,
  spacedRows,
  takeRows,
} from "./matrix.js";

export interface Posteriors {
  /** [examples, latent] */
  mu: Matrix;
  /** [examples, latent], ln sigma^2 */
  logvar: Matrix;
  /** One draw of z from each example's posterior, [examples, latent]. */
  z: Matrix;
  /** ln p(z) of each draw [examples], nats. Default: of the standard normal. */
  logPrior?: Float32Array | Float64Array;
}

export interface AggregatedPosterior {
  /** N, the examples that were used. */
  examples: number;
  /** I(x; z) under q, nats: of the N examples, and for their population a lower bound that ends at ln N. */
  mutualInformation: Estimate;
  /** ln N. */
  mutualInformationLimit: number;
  /** Upper bound, in expectation, on I(x; z) of the population, nats: the lesser of the leave-one-out bound and the average KL. */
  mutualInformationUpper: number;
  /**
   * Whether information has come within ln 2 of ln N: the posteriors hardly overlap, information is "at least this",
   * and marginal KL and total correlation are too large by what it lacks.
   */
  saturated: boolean;
  /** KL(q(z) || p(z)), nats; 0 is best. The value is too large by what information lacks; the interval allows for that. */
  marginalKl: Estimate;
  /** Mean KL(q(z|x) || p(z)) on the same draws, nats: mutual information and marginal KL together. */
  averageKl: Estimate;
  /** KL(q(z) || prod_j q(z_j)), nats; 0 where the dimensions are independent. Its interval is as that of marginal KL. */
  totalCorrelation: Estimate;
  /** Sum over j of KL(q(z_j) || p(z_j)), nats. Null for a prior of one's own, which need not split. */
  dimensionwiseKl: Estimate | null;
  /** KL(q(z_j) || p(z_j)) of each dimension, nats; null with the former. */
  klPerDimension: Float64Array | null;
  protocol: string;
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/**
 * The average KL term of the ELBO, cut into what it is made of, with q(z) = 1/N sum_n q(z|x_n):
 *
 * E_x KL(q(z|x) || p(z)) = I_q(x; z) + KL(q(z) || p(z))             (Hoffman & Johnson 2016, "ELBO surgery")
 * KL(q(z) || p(z)) = KL(q(z) || prod_j q(z_j)) + sum_j KL(q(z_j) || p(z_j))         (Chen et al. 2018, eq. 2)
 *
 * Each is a mean over one draw z_n per example, of ln q(z_n|x_n), ln q(z_n), ln q(z_n,j) and ln p(z_n), so that the
 * two identities hold exactly. The mixture q(z) runs over all N examples, its own included: for these N it is exact. Of
 * data beyond them the information is a lower bound, at most ln N; without its own it is an upper bound (Poole et al.
 * 2019), and so is the average KL.
 *
 * Intervals (95 %) are over draws. As ln q(z) of the population lies, in expectation, between the mixtures without and with
 * an example's own posterior, those of marginal KL, total correlation and dimension-wise KL reach from one's low end to
 * the other's high end, and below 0 by noise alone: each is a KL.
 *
 * O(N^2 latent) time, O(N latent) memory; `most` limits N (default 5,000) by evenly spaced rows.
 */
export function aggregatedPosterior(posteriors: Posteriors, most = 5000): AggregatedPosterior {
  const { mu, logvar, z, logPrior } = posteriors;
  checkCount("most", most, 2);
  for (const [what, matrix] of Object.entries({ mu, logvar, z })) {
    checkMatrix(what, matrix);
    checkAlike("mu", mu, what, matrix);
  }
  if (logPrior && logPrior.length !== z.rows) {
    throw new DataError(`ln p(z): ${logPrior.length} values for ${z.rows} draws of z`);
  }
  const rows = spacedRows(mu.rows, most);
  const [count, latent] = [rows.length, mu.columns];
  const logs = mixtureLogs(takeRows(mu, rows), takeRows(logvar, rows), takeRows(z, rows));
  const at = takeRows(z, rows).values;
  const normal = (value: number) => -0.5 * value * value - halfLog2Pi;
  const over = (term: (n: number) => number) =>
    estimateMean(Float64Array.from({ length: count }, (_, n) => term(n)));
  /** The interval of a KL whose value lies between the mean of `least` and that of `most`, in expectation. */
  const between = (least: (n: number) => number, term: (n: number) => number, most = term): Estimate => {
    const estimate = over(term);
    const low = Math.min(estimate.low, Math.max(0, over(least).low));
    return { ...estimate, low, high: Math.max(estimate.high, over(most).high) };
  };
  const sum = (term: (i: number) => number, n: number) => {
    let total = 0;
    for (let i = n * latent; i < (n + 1) * latent; i++) total += term(i);
    return total;
  };
  const prior = (n: number) => (logPrior ? logPrior[rows[n]!]! : sum((i) => normal(at[i]!), n));
  const information = over((n) => logs.own[n]! - logs.mixture[n]!);
  const averageKl = over((n) => logs.own[n]! - prior(n));
  const leaveOneOut = over((n) => logs.own[n]! - logs.others[n]!).value;
  const klOf = (i: number) => logs.dimension[i]! - normal(at[i]!);
  const dimensions = (n: number) => sum((i) => logs.dimension[i]!, n);
  const otherDimensions = (n: number) => sum((i) => logs.otherDimension[i]!, n);
  const klPerDimension = new Float64Array(latent);
  for (let i = 0; i < count * latent; i++) klPerDimension[i % latent]! += klOf(i) / count;
  return {
    examples: count,
    mutualInformation: information,
    mutualInformationLimit: Math.log(count),
    mutualInformationUpper: Math.min(leaveOneOut, averageKl.value),
    saturated: information.value > Math.log(count / 2),
    marginalKl: between(
      (n) => logs.others[n]! - prior(n),
      (n) => logs.mixture[n]! - prior(n),
    ),
    averageKl,
    totalCorrelation: between(
      (n) => logs.others[n]! - dimensions(n),
      (n) => logs.mixture[n]! - dimensions(n),
      (n) => logs.mixture[n]! - otherDimensions(n),
    ),
    dimensionwiseKl: logPrior
      ? null
      : between(
          (n) => otherDimensions(n) - sum((i) => normal(at[i]!), n),
          (n) => sum(klOf, n),
        ),
    klPerDimension: logPrior ? null : klPerDimension,
    protocol:
      `q(z) is the mixture of the posteriors of ${count}${count < mu.rows ? ` evenly spaced of ${mu.rows}` : ""} ` +
      `examples, one draw of z from each; so few know at most ln ${count} = ${Math.log(count).toFixed(2)} nats of information, ` +
      "and what it lacks KLs of q(z) have too much: the low ends of their intervals are those of mixtures without an example's own posterior",
  };
}

/**
 * mu, logvar, z [n, latent] -> ln q(z_n|x_n) [n]; ln q(z_n) [n] and ln q(z_n,j) [n, latent], each over all examples and
 * over all others
 */
function mixtureLogs(mu: Matrix, logvar: Matrix, z: Matrix) {
  const { rows: count, columns: latent } = mu;
  const columns = Array.from({ length: latent }, (_, j) => {
    const lnVar = columnOf(logvar, j);
    return {
      means: columnOf(mu, j),
      precision: lnVar.map((value) => -0.5 * Math.exp(-value)),
      constant: lnVar.map((value) => -0.5 * value - halfLog2Pi),
    };
  });
  const own = new Float64Array(count);
  const mixture = new Float64Array(count);
  const others = new Float64Array(count);
  const dimension = new Float64Array(count * latent);
  const otherDimension = new Float64Array(count * latent);
  const single = new Float64Array(count);
  const joint = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    joint.fill(0);
    for (let j = 0; j < latent; j++) {
      const { means, precision, constant } = columns[j]!;
      const at = z.values[n * latent + j]!;
      for (let m = 0; m < count; m++) {
        const difference = at - means[m]!;
        const value = precision[m]! * difference * difference + constant[m]!;
        single[m] = value;
        joint[m]! += value;
      }
      const all = logSumExp(single);
      dimension[n * latent + j] = all - Math.log(count);
      otherDimension[n * latent + j] = without(single, n, all) - Math.log(count - 1);
    }
    own[n] = joint[n]!;
    const all = logSumExp(joint);
    mixture[n] = all - Math.log(count);
    others[n] = without(joint, n, all) - Math.log(count - 1);
  }
  return { own, mixture, others, dimension, otherDimension };
}

/** ln sum exp of all but one, from that of all: taken off where that leaves its digits, summed anew where it does not. */
function without(values: Float64Array, left: number, all: number): number {
  const share = Math.exp(values[left]! - all);
  return share < 0.99 ? all + Math.log(1 - share) : logSumExp(values, left);
}
