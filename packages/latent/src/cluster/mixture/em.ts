import { DataError } from "../../errors.js";
import type { Progress, Task } from "../../task.js";
import { type CovarianceName, covariances, type Total } from "./covariance.js";
import { type Factors, logDensities, normalize } from "./density.js";
import { Moments } from "./moments.js";

/** A mixture without what it was fitted to. */
export interface Parameters {
  covariance: CovarianceName;
  components: number;
  latent: number;
  /** [components], sum 1 */
  weights: ArrayLike<number>;
  /** [components, latent] */
  means: Float64Array;
  /** full [components, latent, latent], tied [latent, latent], diagonal [components, latent], spherical [components] */
  covariances: Float64Array;
}

export interface MixtureInput {
  /** [rows, latent] */
  data: Float32Array;
  /** Of each row, [rows, latent]. */
  variances?: Float32Array | undefined;
  rows: number;
  latent: number;
}

export interface EmOptions {
  maxIterations: number;
  tolerance: number;
  regularization: number;
  total: Total;
  /** How far it is at an iteration. */
  progress: (iteration: number) => Progress;
}

/** @throws DataError where a covariance is not positive definite */
export function factorsOf(call: string, model: Parameters): Factors {
  const { covariance, components, latent, means, weights } = model;
  const found = covariances[covariance].precisions(model.covariances, components, latent);
  if (!found) {
    throw new DataError(
      `${call}: a covariance is not positive definite: a component's rows are equal in some direction. ` +
        "Raise regularization, or ask for fewer components.",
    );
  }
  const { precisions, inverses, halfLogs } = found;
  const constants = halfLogs.map(
    (half, c) => half + Math.log(weights[c]!) - (latent / 2) * Math.log(2 * Math.PI),
  );
  return { components, latent, means, constants, precisions, inverses };
}

/** Rows between two yields: about 2 million products. */
export function blockOf(components: number, latent: number, covariance: CovarianceName): number {
  const each = components * latent * (covariance === "full" || covariance === "tied" ? latent : 1);
  return Math.min(Math.max(4 * Math.round(2 ** 19 / each), 4), 4096);
}

/** The mixture of most likelihood for given responsibilities, the M step. A component of no rows stays where it was. */
export function maximize(
  moments: Moments,
  covariance: CovarianceName,
  { total, regularization }: Pick<EmOptions, "total" | "regularization">,
): Parameters {
  const { components, latent, references, first } = moments;
  const mass = moments.mass.map((value) => value + 10 * Number.EPSILON);
  const rows = mass.reduce((sum, value) => sum + value, 0);
  const shift = first.map((value, i) => value / mass[Math.floor(i / latent)]!);
  return {
    covariance,
    components,
    latent,
    weights: mass.map((value) => value / rows),
    means: references.map((value, i) => value + shift[i]!),
    covariances: covariances[covariance].estimate(moments, mass, shift, total, regularization),
  };
}

/** Parameters of the rows when each belongs to one component, before the first iteration. labels [rows]; references [components, latent] near their means */
export function* fromLabelsTask(
  { data, variances, rows, latent }: MixtureInput,
  labels: Int32Array,
  references: Float64Array,
  covariance: CovarianceName,
  options: Pick<EmOptions, "total" | "regularization" | "progress">,
): Task<Parameters> {
  const components = references.length / latent;
  const moments = new Moments(components, latent, references, covariances[covariance].order);
  const block = blockOf(components, latent, covariance);
  const shares = new Float64Array(block * components);
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(from + block, rows);
    shares.fill(0);
    for (let row = from; row < to; row++) shares[(row - from) * components + labels[row]!] = 1;
    moments.add(data, variances, from, to, shares);
    yield options.progress(0);
  }
  return maximize(moments, covariance, options);
}

export interface EmRun {
  parameters: Parameters;
  iterations: number;
  converged: boolean;
}

/**
 * Expectation maximization (Dempster, Laird & Rubin 1977) from `start` until the rows' mean log density changes by less than `tolerance`.
 * E and M step go together through blocks of rows, so that no [rows, components] are held.
 */
export function* emTask(input: MixtureInput, start: Parameters, options: EmOptions): Task<EmRun> {
  const { data, variances, rows, latent } = input;
  const { covariance, components } = start;
  const block = blockOf(components, latent, covariance);
  const shares = new Float64Array(block * components);
  let parameters = start;
  let iterations = 0;
  let converged = false;
  let before = Number.NEGATIVE_INFINITY;
  while (iterations < options.maxIterations && !converged) {
    const progress = options.progress(iterations++);
    const factors = factorsOf("gaussianMixture", parameters);
    const moments = new Moments(components, latent, parameters.means, covariances[covariance].order);
    let sum = 0;
    for (let from = 0; from < rows; from += block) {
      const to = Math.min(from + block, rows);
      logDensities(factors, data, variances, from, to, shares);
      sum += normalize(shares, to - from, components);
      moments.add(data, variances, from, to, shares);
      yield progress;
    }
    parameters = maximize(moments, covariance, options);
    converged = Math.abs(sum / rows - before) < options.tolerance;
    before = sum / rows;
  }
  return { parameters, iterations, converged };
}
