import { DataError, UsageError } from "../errors.js";
import { checkInteger, checkOptions, runOptionNames, shown } from "../options.js";
import { Random } from "../random.js";
import type { Codes, Rows } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { type Estimate, estimateMean } from "./interval.js";
import { logStandardNormal, mixtureLogsTask } from "./mixture-logs.js";
import { checkDraws, checkPosteriors, drawsAt } from "./posteriors.js";

export interface AggregatedPosteriorOptions extends RunOptions {
  /** One draw of z from each row's posterior, [rows, latent]. Default: drawn by the seed. */
  z?: Rows;
  /** ln p(z) of each draw of `z` [rows], nats, for a prior of one's own. Default: of the standard normal. */
  logPrior?: ArrayLike<number>;
  /** Most rows in the mixture, drawn by the seed where there are more (default 5,000; above 4 dimensions fewer, down to 2,000). */
  rows?: number;
  /** Of the choice of rows, and of the draws (default 0). */
  seed?: number;
}

export interface AggregatedPosterior {
  /** N, the rows in the mixture. */
  rows: number;
  /** I(x; z) under q, nats: of the N rows, and for their population a lower bound that ends at ln N. */
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
  klPerDimension: number[] | null;
  /** How it was measured, in words. */
  protocol: string;
}

/** Densities of one dimension that the default number of rows leads to, if 2,000 rows then remain: a second or so. */
const work = 1e8;

/**
 * The average KL term of the ELBO, cut into what it is made of, with q(z) = 1/N sum_n q(z|x_n):
 *
 * E_x KL(q(z|x) || p(z)) = I_q(x; z) + KL(q(z) || p(z))             (Hoffman & Johnson 2016, "ELBO surgery")
 * KL(q(z) || p(z)) = KL(q(z) || prod_j q(z_j)) + sum_j KL(q(z_j) || p(z_j))         (Chen et al. 2018, eq. 2)
 *
 * Each is a mean over one draw z_n per row, of ln q(z_n|x_n), ln q(z_n), ln q(z_n,j) and ln p(z_n), so that the
 * two identities hold exactly. The mixture q(z) runs over all N rows, its own included: for these N it is exact. Of
 * data beyond them the information is a lower bound, at most ln N; without its own it is an upper bound (Poole et al.
 * 2019), and so is the average KL.
 *
 * Intervals (95 %) are over draws. As ln q(z) of the population lies, in expectation, between the mixtures without and with
 * an example's own posterior, those of marginal KL, total correlation and dimension-wise KL reach from one's low end to
 * the other's high end, and below 0 by noise alone: each is a KL.
 *
 * Of more rows than `rows`, so many drawn at random stand for all. Weights that make up for the rows left out (Chen et al. 2018,
 * appendix C.2) are not used: they would let information come to ln of all rows, of which that many were never compared.
 *
 * codes [rows, latent], 2 rows or more; O(N^2 latent) time, O(N latent) memory
 * @throws ShapeError, DataError for bad codes or draws; UsageError for bad options
 */
export async function aggregatedPosterior(
  codes: Codes,
  options: AggregatedPosteriorOptions = {},
): Promise<AggregatedPosterior> {
  return runTask(aggregatedPosteriorTask(codes, options), options);
}

/** @throws UsageError for what is no answer of aggregatedPosterior */
export function checkAggregated(call: string, known: AggregatedPosterior): void {
  if (known.totalCorrelation && known.mutualInformation && known.marginalKl && known.rows > 0) return;
  throw new UsageError(`${call}: aggregated must be what aggregatedPosterior gave, got ${shown(known)}`);
}

/** call: its name, for errors */
export function* aggregatedPosteriorTask(
  codes: Codes,
  options: AggregatedPosteriorOptions = {},
  call = "aggregatedPosterior",
): Task<AggregatedPosterior> {
  checkOptions(call, options, ["z", "logPrior", "rows", "seed", ...runOptionNames]);
  const checked = checkPosteriors(call, codes, { rows: 2, because: "a mixture" });
  const { rows: all, latent } = checked;
  const { logPrior, seed = 0, rows: most = defaultRows(latent) } = options;
  checkInteger(call, "rows", most, 2);
  if (options.z) checkDraws(call, options.z, all, latent);
  if (logPrior) checkLogPrior(call, logPrior, options.z, all);
  const random = new Random(seed);
  const rows = someRows(all, most, random);
  const z = drawsAt(checked, options.z, rows, random);
  const logs = yield* mixtureLogsTask(checked, rows, z);

  const count = rows.length;
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
  const standard = (n: number) => sum((i) => logStandardNormal(z[i]!), n);
  const prior = logPrior ? (n: number) => logPrior[rows[n]!]! : standard;
  const information = over((n) => logs.own[n]! - logs.mixture[n]!);
  const averageKl = over((n) => logs.own[n]! - prior(n));
  const leaveOneOut = over((n) => logs.own[n]! - logs.others[n]!).value;
  const klOf = (i: number) => logs.dimension[i]! - logStandardNormal(z[i]!);
  const dimensions = (n: number) => sum((i) => logs.dimension[i]!, n);
  const otherDimensions = (n: number) => sum((i) => logs.otherDimension[i]!, n);
  const klPerDimension: number[] = Array(latent).fill(0);
  for (let i = 0; i < count * latent; i++) klPerDimension[i % latent]! += klOf(i) / count;
  return {
    rows: count,
    mutualInformation: information,
    mutualInformationLimit: Math.log(count),
    mutualInformationUpper: Math.min(leaveOneOut, averageKl.value),
    saturated: information.value > Math.log(count / 2),
    marginalKl: between(
      (n) => logs.others[n]! - prior(n),
      (n) => logs.mixture[n]! - prior(n),
    ),
    averageKl,
    totalCorrelation:
      latent === 1
        ? { value: 0, standardError: 0, low: 0, high: 0 }
        : between(
            (n) => logs.others[n]! - dimensions(n),
            (n) => logs.mixture[n]! - dimensions(n),
            (n) => logs.mixture[n]! - otherDimensions(n),
          ),
    dimensionwiseKl: logPrior
      ? null
      : between(
          (n) => otherDimensions(n) - standard(n),
          (n) => sum(klOf, n),
        ),
    klPerDimension: logPrior ? null : klPerDimension,
    protocol:
      `q(z) is the mixture of the posteriors of ${count}${count < all ? ` drawn from ${all}` : ""} ` +
      `examples, one draw of z from each; so few know at most ln ${count} = ${Math.log(count).toFixed(2)} nats of information, ` +
      "and what it lacks KLs of q(z) have too much: the low ends of their intervals are those of mixtures without an example's own posterior",
  };
}

/** Rows of the mixture where none are asked for. */
function defaultRows(latent: number): number {
  return Math.min(5000, Math.max(2000, Math.floor(Math.sqrt(work / latent))));
}

function checkLogPrior(call: string, logPrior: ArrayLike<number>, z: unknown, rows: number): void {
  if (!z) throw new UsageError(`${call}: logPrior is ln p(z) of draws; give these as z, too`);
  if (logPrior.length !== rows) {
    throw new DataError(`${call}: logPrior has ${logPrior.length} values for ${rows} draws of z`);
  }
  for (let i = 0; i < rows; i++) {
    if (Number.isFinite(logPrior[i])) continue;
    throw new DataError(`${call}: logPrior of row ${i} is ${logPrior[i]}; every one must be finite`);
  }
}
