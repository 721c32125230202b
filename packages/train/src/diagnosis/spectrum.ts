import type { Measurements } from "./measure.js";
import { heldOutVariances } from "./principal.js";
import { fixedScaleOf, type Settings } from "./settings.js";
import { thresholds } from "./thresholds.js";

/**
 * What latent dimensions bring, by the linear theory of collapse: near z without meaning, a dimension along a principal
 * direction of the data with variance lambda, in units of the decoder's variance, pays while lambda > beta (Lucas et al.
 * 2019, "Don't blame the ELBO!", eq. 9), and at beta 1 it is worth 1/2 (lambda - 1 - ln lambda) nats (Tipping & Bishop
 * 1999). The unit of a Bernoulli feature is p (1 - p), of a Gaussian sigma^2, elsewhere the mean squared error.
 */
export interface Spectrum {
  /** Largest lambda of the data around their mean picture, in units of the decoder's own variance: beta above it collapses. */
  criticalBeta: number;
  /** The same with the variance that a decoder without z would learn; equal to the former where none is fixed. */
  calibratedBeta: number;
  /**
   * Nats that directions of the errors would still bring at beta 1, with a calibrated decoder variance; a sum over the
   * leading ones. Null where the decoder's variance is no such unit: a scale per element, categories, Laplace's.
   */
  missing: number | null;
  protocol: string;
}

/** Directions that are looked at. */
const most = 8;

export function spectrumOf(
  { x, mean, examples, features }: Pick<Measurements, "x" | "mean" | "examples" | "features">,
  settings: Settings,
): Spectrum {
  const likelihood = settings.model?.likelihood;
  const bernoulli = likelihood?.kind === "bernoulli";
  const exact = bernoulli || (likelihood?.kind === "gaussian" && likelihood.sigma !== "per-element");
  const centre = columnMeans(x, features);
  const around = x.map((value, at) => value - centre[at % features]!);
  const errors = x.map((value, at) => value - mean[at]!);
  const variances = (values: Float64Array, of: (at: number) => number) => {
    const unit = rms(values);
    const scaled = bernoulli
      ? values.map(
          (value, at) => value / Math.sqrt(Math.max(thresholds.leastVariance, of(at) * (1 - of(at)))),
        )
      : values.map((value) => value / unit);
    return heldOutVariances({ values: scaled, rows: examples, columns: features }, most);
  };
  const data = variances(around, (at) => centre[at % features]!);
  const left = variances(errors, (at) => mean[at]!);
  const calibratedBeta = data[0] ?? 0;
  const fixed = fixedScaleOf(settings);
  return {
    criticalBeta: fixed === null ? calibratedBeta : (calibratedBeta * rms(around) ** 2) / fixed ** 2,
    calibratedBeta,
    missing: exact ? nats(left) : null,
    protocol: `variances along the ${data.length} leading principal directions, directions from one half of ${examples} examples, variances from the other`,
  };
}

function nats(lambdas: readonly number[]): number {
  return lambdas
    .filter((lambda) => lambda > 1)
    .reduce((sum, lambda) => sum + 0.5 * (lambda - 1 - Math.log(lambda)), 0);
}

function columnMeans(x: Float64Array, features: number): Float64Array {
  const out = new Float64Array(features);
  for (const [at, value] of x.entries()) out[at % features]! += (value * features) / x.length;
  return out;
}

/** Root mean square; at least a ten-thousandth, so that what is exact divides nothing by 0. */
export function rms(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.max(1e-4, Math.sqrt(sum / values.length));
}
