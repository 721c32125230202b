import { scatterOf } from "../linear/covariance.js";
import { symmetricEigen } from "../linear/eigen.js";

/** Means, and covariance [columns, columns] row-major, divided by the number of rows. */
export interface Moments {
  mean: Float64Array;
  covariance: Float64Array;
}

/** data [rows, columns] -> moments; a constant column has the variance 0 */
export function momentsOf(data: Float32Array, columns: number): Moments {
  const rows = data.length / columns;
  const { mean, matrix } = scatterOf(data, rows, columns);
  return { mean, covariance: matrix.map((value) => value / rows) };
}

/**
 * Moments of the aggregated posterior q(z) = mean over the rows of N(mu, sigma^2): its covariance is that of mu (between) plus the mean
 * of sigma^2 (within).
 */
export function aggregateMoments(mu: Float32Array, logvar: Float32Array, latent: number): Moments {
  const { mean, covariance } = momentsOf(mu, latent);
  const rows = mu.length / latent;
  const within = new Float64Array(latent);
  for (let i = 0, d = 0; i < mu.length; i++) {
    within[d]! += Math.exp(logvar[i]!);
    d = d + 1 === latent ? 0 : d + 1;
  }
  for (let d = 0; d < latent; d++) covariance[d * latent + d]! += within[d]! / rows;
  return { mean, covariance };
}

/** Eigenvalues of a covariance [size, size]; what rounding takes below 0 is 0. */
export function variancesOf(covariance: Float64Array, size: number): Float64Array {
  return symmetricEigen(covariance, size).values.map((value) => Math.max(0, value));
}

/** Covariance [size, size] -> correlation; columns without variance correlate with none but themselves. */
export function correlationOf(covariance: Float64Array, size: number): Float64Array {
  const scale = Float64Array.from({ length: size }, (_, a) => Math.sqrt(covariance[a * size + a]!));
  const correlation = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const product = scale[a]! * scale[b]!;
      const value = product > 0 ? covariance[a * size + b]! / product : 0;
      correlation[a * size + b] = a === b ? 1 : Math.min(1, Math.max(-1, value));
    }
  }
  return correlation;
}
