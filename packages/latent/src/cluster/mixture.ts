import { DataError, ShapeError } from "../errors.js";
import { checkInteger, checkNumber, checkOptions, checkWord, runOptionNames } from "../options.js";
import { Random } from "../random.js";
import { checkRows, type Rows } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { checkDistinct } from "./kmeans/distinct.js";
import { nearestTask } from "./kmeans/nearest.js";
import { bestRunTask } from "./kmeans.js";
import { type CovarianceName, covariances } from "./mixture/covariance.js";
import { type EmOptions, emTask, fromLabelsTask, type MixtureInput, type Parameters } from "./mixture/em.js";
import { predictTask } from "./mixture/predict.js";
import { totalOf } from "./mixture/total.js";

export type { CovarianceName } from "./mixture/covariance.js";

export interface MixtureOptions extends RunOptions {
  /** Gaussians to fit, from 1. */
  components: number;
  /** What is free in their covariances (default "full"). */
  covariance?: CovarianceName;
  /** Fits from different starts, of which the most likely is kept (default 1; with `init` there is one). */
  restarts?: number;
  /** Most iterations of a fit (default 100). */
  maxIterations?: number;
  /** Converged when the mean log density of a row changes by less, nats (default 1e-3). */
  tolerance?: number;
  /** Added to the covariances' diagonals, in units of z squared (default 1e-6); it keeps constant columns finite. */
  regularization?: number;
  /** Variances of each row [rows, latent], at least 0: the fit is to the rows' Gaussians, not to their means alone (default: to these). */
  uncertainty?: Rows;
  /** Start: means [components, latent]; weights and covariances are those of the rows nearest to each. Default: one run of k-means. */
  init?: { means: Rows };
  /** Default 0. */
  seed?: number;
}

export interface GaussianMixture {
  covariance: CovarianceName;
  components: number;
  latent: number;
  /** [components], sum 1 */
  weights: number[];
  /** [components, latent] */
  means: Float64Array;
  /** full [components, latent, latent], tied [latent, latent], diagonal [components, latent], spherical [components] */
  covariances: Float64Array;
  /** The most responsible component of each row. */
  labels: Int32Array;
  /** Mean log density of a row, nats; with `uncertainty` the lower bound of its expectation that was maximized. */
  logLikelihood: number;
  /**
   * -2 ln likelihood + parameters ln rows (Schwarz 1978); less is better. With `uncertainty`, bic and aic are of the bound, which is the
   * further below the likelihood the more components there are: they compare covariances, not numbers of components.
   */
  bic: number;
  /** -2 ln likelihood + 2 parameters (Akaike 1974). */
  aic: number;
  /** Of the best fit. */
  iterations: number;
  converged: boolean;
}

export const mixtureOptionNames = [
  "components",
  "covariance",
  "restarts",
  "maxIterations",
  "tolerance",
  "regularization",
  "uncertainty",
  "init",
  "seed",
  ...runOptionNames,
];

/**
 * A mixture of Gaussians p(z) = sum_k w_k N(z; m_k, C_k) by expectation maximization (Dempster, Laird & Rubin 1977).
 *
 * points [rows, latent] -> weights [components], means [components, latent], covariances. Convergence and parameter counts are
 * scikit-learn's.
 *
 * With `uncertainty`, row i is a Gaussian q_i = N(mu_i, S_i) of diagonal S_i, and the fit is to E_q[ln p(z)]: responsibilities
 * r_ik ~ w_k exp(E_q[ln N(z; m_k, C_k)]) = w_k N(mu_i; m_k, C_k) exp(-tr(C_k^-1 S_i) / 2), and covariances
 * C_k = sum_i r_ik (S_i + (mu_i - m_k)(mu_i - m_k)^T) / sum_i r_ik (Vasconcelos & Lippman 1998, "Learning mixture hierarchies", with
 * one draw a row). One responsibility stands for all of a row's draws, which by Jensen's inequality makes `logLikelihood` a lower
 * bound of E_q[ln p(z)], and `bic` and `aic` too large, the more so the more components: choose their number by `chooseClusters` of the
 * means, or by `mixtureLogDensity` of draws from posteriors that were held out. The mixture's mean and covariance are those of the aggregated posterior (but for the regularization), so it
 * can be sampled from in place of the prior. Extreme deconvolution (Bovy et al. 2011) takes S_i for noise instead and fits p with the
 * noise taken off: draws from that are too narrow.
 * @throws DataError for fewer (distinct) rows than components, negative variances, or a covariance that is not positive definite
 */
export async function gaussianMixture(points: Rows, options: MixtureOptions): Promise<GaussianMixture> {
  return runTask(gaussianMixtureTask(points, options), options);
}

/** call: its name, for errors */
export function* gaussianMixtureTask(
  points: Rows,
  options: MixtureOptions,
  call = "gaussianMixture",
): Task<GaussianMixture> {
  checkOptions(call, options, mixtureOptionNames);
  const { components, covariance = "full", restarts = 1, maxIterations = 100, tolerance = 1e-3 } = options;
  const { regularization = 1e-6, uncertainty, init, seed = 0 } = options;
  checkInteger(call, "components", components, 1);
  checkWord(call, "covariance", covariance, Object.keys(covariances) as CovarianceName[]);
  checkInteger(call, "restarts", restarts, 1);
  checkInteger(call, "maxIterations", maxIterations, 1);
  checkNumber(call, "tolerance", tolerance, 0);
  checkNumber(call, "regularization", regularization, 0);
  const {
    data,
    rows,
    columns: latent,
  } = checkRows(call, points, {
    rows: components,
    because: `${components} components`,
  });
  const variances = uncertainty && checkVariances(uncertainty, rows, latent);
  checkDistinct(call, { data, rows, columns: latent }, components, "components");
  const means = init && checkMeans(call, init, components, latent);
  const fit = { covariance, restarts, maxIterations, tolerance, regularization, means };
  return yield* fitTask({ data, rows, latent, variances }, components, fit, new Random(seed));
}

export interface FitOptions {
  covariance: CovarianceName;
  restarts: number;
  maxIterations: number;
  tolerance: number;
  regularization: number;
  means?: Rows | undefined;
}

/** The fit itself, on rows that are known to have enough distinct ones. */
export function* fitTask(
  input: MixtureInput,
  components: number,
  options: FitOptions,
  random: Random,
): Task<GaussianMixture> {
  const { covariance, maxIterations, means } = options;
  const total = totalOf(input.data, input.rows, input.latent, covariance === "tied");
  const restarts = means ? 1 : options.restarts;
  const steps = restarts * maxIterations;
  let best: GaussianMixture | undefined;
  for (let run = 0; run < restarts; run++) {
    const progress = (at: number) => ({ stage: "mixture", done: run * maxIterations + at, total: steps });
    const em: EmOptions = { ...options, total, progress };
    const start = means
      ? yield* startAtTask(input, means, covariance, em)
      : yield* startTask(input, components, covariance, em, random);
    const { parameters, iterations, converged } = yield* emTask(input, start, em);
    const { labels, densities } = yield* predictTask(
      "gaussianMixture",
      parameters,
      input,
      progress(iterations),
    );
    const logLikelihood = densities.reduce((sum, value) => sum + value, 0) / input.rows;
    if (best && best.logLikelihood >= logLikelihood) continue;
    const scores = criteria(parameters, logLikelihood, input.rows);
    best = {
      ...parameters,
      weights: Array.from(parameters.weights),
      labels,
      logLikelihood,
      ...scores,
      iterations,
      converged,
    };
  }
  return best!;
}

function* startTask(
  input: MixtureInput,
  components: number,
  covariance: CovarianceName,
  options: EmOptions,
  random: Random,
): Task<Parameters> {
  const { data, rows, latent } = input;
  const run = { clusters: components, restarts: 1, maxIterations: 300, tolerance: 1e-4, random };
  const { centers, labels } = yield* bestRunTask({ data, rows, columns: latent }, run);
  return yield* fromLabelsTask(input, labels, centers, covariance, options);
}

/** The given means, with weights and covariances of the rows that are nearest to each. */
function* startAtTask(
  input: MixtureInput,
  means: Rows,
  covariance: CovarianceName,
  options: EmOptions,
): Task<Parameters> {
  const { data, rows, latent } = input;
  const labels = yield* nearestTask({ data, rows, columns: latent }, means.data, options.progress(0));
  const start = yield* fromLabelsTask(input, labels, Float64Array.from(means.data), covariance, options);
  const idle = Array.from(start.weights).findIndex((weight) => weight * rows < 0.5);
  if (idle >= 0) {
    throw new DataError(
      `gaussianMixture: no row is nearest to row ${idle} of init.means; start it where there are rows`,
    );
  }
  return { ...start, means: Float64Array.from(means.data) };
}

function criteria(model: Parameters, logLikelihood: number, rows: number): { bic: number; aic: number } {
  const { covariance, components, latent } = model;
  const parameters =
    covariances[covariance].parameters(components, latent) + components * latent + components - 1;
  const deviance = -2 * logLikelihood * rows;
  return { bic: deviance + parameters * Math.log(rows), aic: deviance + 2 * parameters };
}

function checkVariances(uncertainty: Rows, rows: number, latent: number): Float32Array {
  const call = "gaussianMixture: uncertainty";
  const { data, rows: given } = checkRows(call, uncertainty, { columns: latent });
  if (given !== rows) throw new ShapeError(`${call} has ${given} rows for ${rows} points; give one for each`);
  const wrong = data.findIndex((variance) => variance < 0);
  if (wrong < 0) return data;
  throw new DataError(
    `${call}: row ${Math.floor(wrong / latent)}, column ${wrong % latent} is ${data[wrong]}; ` +
      "variances are at least 0: give sigma^2 = exp(logvar), not logvar.",
  );
}

function checkMeans(call: string, init: { means: Rows }, components: number, latent: number): Rows {
  const { rows } = checkRows(`${call}: init.means`, init.means, { columns: latent });
  if (rows === components) return init.means;
  throw new DataError(`${call}: init has ${rows} means for ${components} components; give one for each`);
}
