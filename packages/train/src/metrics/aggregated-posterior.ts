import { DataError } from "@vaekit/infer";
import { type Estimate, estimateMean } from "./interval.js";
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
  /** KL(q(z) || p(z)), nats; 0 is best. */
  marginalKl: Estimate;
  /** Mean KL(q(z|x) || p(z)) on the same draws, nats: mutual information and marginal KL together. */
  averageKl: Estimate;
  /** KL(q(z) || prod_j q(z_j)), nats; 0 where the dimensions are independent. */
  totalCorrelation: Estimate;
  /** Sum over j of KL(q(z_j) || p(z_j)), nats. Null for a prior of one's own, which need not split. */
  dimensionwiseKl: Estimate | null;
  /** KL(q(z_j) || p(z_j)) of each dimension, nats; null with the former. */
  klPerDimension: Float64Array | null;
  protocol: string;
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);
/** Terms this far below the largest are left out of a sum: exp(-45) = 3e-20 each. */
const negligible = 45;

/**
 * The average KL term of the ELBO, cut into what it is made of, with q(z) = 1/N sum_n q(z|x_n):
 *
 * E_x KL(q(z|x) || p(z)) = I_q(x; z) + KL(q(z) || p(z))             (Hoffman & Johnson 2016, "ELBO surgery")
 * KL(q(z) || p(z)) = KL(q(z) || prod_j q(z_j)) + sum_j KL(q(z_j) || p(z_j))         (Chen et al. 2018, eq. 2)
 *
 * Each is a mean over one draw z_n per example, of ln q(z_n|x_n), ln q(z_n), ln q(z_n,j) and ln p(z_n), so that the
 * two identities hold exactly. The mixture q(z) runs over all N examples, its own included: for these N it is exact. Of
 * data beyond them the information is a lower bound, at most ln N; without its own it is an upper bound (Poole et al.
 * 2019), and so is the average KL. The intervals (95 %) are over draws.
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
  const klPerDimension = new Float64Array(latent);
  for (let i = 0; i < count * latent; i++) klPerDimension[i % latent]! += klOf(i) / count;
  return {
    examples: count,
    mutualInformation: information,
    mutualInformationLimit: Math.log(count),
    mutualInformationUpper: Math.min(leaveOneOut, averageKl.value),
    saturated: information.value > Math.log(count / 2),
    marginalKl: over((n) => logs.mixture[n]! - prior(n)),
    averageKl,
    totalCorrelation: over((n) => logs.mixture[n]! - sum((i) => logs.dimension[i]!, n)),
    dimensionwiseKl: logPrior ? null : over((n) => sum(klOf, n)),
    klPerDimension: logPrior ? null : klPerDimension,
    protocol:
      `q(z) is the mixture of the posteriors of ${count}${count < mu.rows ? ` evenly spaced of ${mu.rows}` : ""} ` +
      `examples, one draw of z from each; information is at most ln ${count} = ${Math.log(count).toFixed(2)} nats`,
  };
}

/**
 * mu, logvar, z [n, latent] -> ln q(z_n|x_n) [n]; ln q(z_n) [n], over all examples and over all others; ln q(z_n,j)
 * [n, latent], over all examples
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
      dimension[n * latent + j] = logSum(single) - Math.log(count);
    }
    own[n] = joint[n]!;
    mixture[n] = logSum(joint) - Math.log(count);
    joint[n] = Number.NEGATIVE_INFINITY;
    others[n] = logSum(joint) - Math.log(count - 1);
  }
  return { own, mixture, others, dimension };
}

/** ln sum exp, without the terms that are no part of it in double precision. */
function logSum(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const below = values[i]! - most;
    if (below > -negligible) sum += Math.exp(below);
  }
  return most + Math.log(sum);
}
