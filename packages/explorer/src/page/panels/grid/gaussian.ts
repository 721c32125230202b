import { sampleMixture } from "@vaekit/latent";

export interface Gaussian {
  latent: number;
  /** [latent] */
  mean: Float64Array;
  /** [latent, latent], positive definite */
  covariance: Float64Array;
  /** How much of the covariance is the sphere of the same trace, 0 to 1. */
  shrinkage: number;
  /** Rows that it was estimated from. */
  rows: number;
}

/** Products of the covariance's sums at most: about a third of a second. */
const mostWork = 3e8;
/** Keeps what has no variance positive definite. */
const least = 1e-6;

/**
 * Mean and covariance of some rows of mu [rows, latent], the covariance shrunk towards a sphere as far as so few rows ask
 * for: oracle approximating shrinkage (Chen, Wiesel, Eldar and Hero 2010, eq. 23). Of very many rows, evenly spaced ones
 * stand for all.
 */
export function gaussianOf(mu: Float32Array, latent: number, rows: readonly number[]): Gaussian {
  const most = Math.max(2, Math.floor(mostWork / latent ** 2));
  const used = rows.length <= most ? rows : rows.filter((_, i) => (i * most) % rows.length < most);
  const mean = new Float64Array(latent);
  for (const row of used) {
    for (let i = 0; i < latent; i++) mean[i]! += mu[row * latent + i]! / used.length;
  }
  const covariance = new Float64Array(latent * latent);
  const off = new Float64Array(latent);
  for (const row of used) {
    for (let i = 0; i < latent; i++) {
      off[i] = mu[row * latent + i]! - mean[i]!;
      for (let j = 0; j <= i; j++) covariance[i * latent + j]! += (off[i]! * off[j]!) / used.length;
    }
  }
  for (let i = 0; i < latent; i++)
    for (let j = 0; j < i; j++) covariance[j * latent + i] = covariance[i * latent + j]!;
  const { shrinkage, variance } = shrinkageOf(covariance, latent, used.length);
  for (let i = 0; i < covariance.length; i++) covariance[i]! *= 1 - shrinkage;
  for (let i = 0; i < latent; i++) covariance[i * latent + i]! += shrinkage * variance + least;
  return { latent, mean, covariance, shrinkage, rows: used.length };
}

/** Also the mean variance of a dimension. */
function shrinkageOf(covariance: Float64Array, latent: number, rows: number) {
  let [trace, square] = [0, 0];
  for (let i = 0; i < latent; i++) trace += covariance[i * latent + i]!;
  for (const value of covariance) square += value * value;
  const above = (1 - 2 / latent) * square + trace ** 2;
  const below = (rows + 1 - 2 / latent) * (square - trace ** 2 / latent);
  // A sphere already, as one dimension always is, or rows that are all the same.
  const shrinkage = below > 1e-12 * trace ** 2 ? Math.min(1, above / below) : 0;
  return { shrinkage, variance: trace / latent };
}

/** Draws [count, latent]: mean + temperature L eps, with L L^T the covariance. */
export function drawGaussian(
  { latent, mean, covariance }: Gaussian,
  count: number,
  seed: number,
  temperature: number,
): Float32Array {
  const model = {
    covariance: "full" as const,
    components: 1,
    latent,
    weights: [1],
    means: mean,
    covariances: covariance,
  };
  const { data } = sampleMixture(model, count, { seed });
  return data.map((value, i) => mean[i % latent]! + temperature * (value - mean[i % latent]!));
}
