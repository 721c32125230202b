import type { Task } from "../task.js";

/**
 * Squared maximum mean discrepancy (Gretton et al. 2012) of the aggregated posterior and N(0, I), Gaussian kernel
 * k(x, y) = exp(-|x - y|^2 / (2 h^2)) with h^2 = latent: half of the mean |x - y|^2 of two draws of the prior, which is Tolstikhin
 * et al.'s (2018) scale. Both are mixtures of Gaussians, so the expectations are closed forms, without draws.
 * With a sample of m of n rows the mean over pairs is weighted so that it is unbiased for the n rows' q(z).
 *
 * mu, logvar [n, latent], index: the m rows taken
 */
export function* kernelDistanceTask(
  { mu, logvar, rows: all, latent }: { mu: Float32Array; logvar: Float32Array; rows: number; latent: number },
  index: Int32Array,
): Task<number> {
  const rows = index.length;
  const mean = new Float64Array(rows * latent);
  const variance = new Float64Array(rows * latent);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < latent; d++) {
      mean[i * latent + d] = mu[index[i]! * latent + d]!;
      variance[i * latent + d] = Math.exp(logvar[index[i]! * latent + d]!);
    }
  }
  const prior = expectedKernel(0, 2, latent) ** latent;
  let cross = 0;
  let self = 0;
  let pairs = 0;
  const batch = Math.max(1, Math.floor(1e6 / (rows * latent)));
  for (let i = 0; i < rows; i++) {
    if (i % batch === 0) yield { stage: "distance to the prior", done: i, total: rows };
    let toPrior = 1;
    let toSelf = 1;
    for (let d = i * latent; d < (i + 1) * latent; d++) {
      toPrior *= expectedKernel(mean[d]!, variance[d]! + 1, latent);
      toSelf *= expectedKernel(0, 2 * variance[d]!, latent);
    }
    cross += toPrior / rows;
    self += toSelf / rows;
    pairs += othersKernel(mean, variance, latent, i);
  }
  if (rows === 1) return prior - 2 * cross + self;
  pairs /= (rows * (rows - 1)) / 2;
  return prior - 2 * cross + (self + (all - 1) * pairs) / all;
}

/** E k(x, y) in one dimension: x - y is N(off, spread). */
function expectedKernel(off: number, spread: number, width: number): number {
  const total = width + spread;
  return Math.sqrt(width / total) * Math.exp((-0.5 * off * off) / total);
}

/** Sum over the rows before row i of E k(z_i, z_j). */
function othersKernel(mean: Float64Array, variance: Float64Array, latent: number, i: number): number {
  const from = i * latent;
  let sum = 0;
  for (let j = 0; j < from; j += latent) {
    let exponent = 0;
    let scale = 1;
    for (let d = 0; d < latent; d++) {
      const off = mean[from + d]! - mean[j + d]!;
      const inverse = 1 / (latent + variance[from + d]! + variance[j + d]!);
      exponent += off * off * inverse;
      scale *= latent * inverse;
    }
    sum += Math.sqrt(scale) * Math.exp(-0.5 * exponent);
  }
  return sum;
}
