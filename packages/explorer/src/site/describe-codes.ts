import type { NdArray } from "@vaekit/infer";
import { klPerDimension, nearestNeighbours, type RunOptions } from "@vaekit/latent";
import type { SiteDimension } from "./manifest.js";

/** Neighbours whose mean distance says how usual a code is. */
const neighbours = 5;

/**
 * Each latent dimension over the rows. Its KL has a closed form against a standard normal prior alone.
 * mu, logvar [rows, latent]; logvar null for draws, standardNormal: whether the model's prior is that
 */
export function dimensionsOf(mu: NdArray, logvar: NdArray | null, standardNormal: boolean): SiteDimension[] {
  const [rows, latent] = mu.shape as [number, number];
  const kls = logvar && standardNormal ? klPerDimension({ mu, logvar }) : null;
  return Array.from({ length: latent }, (_, d) => {
    const values = Array.from({ length: rows }, (_, row) => mu.data[row * latent + d]!).sort((a, b) => a - b);
    const mean = values.reduce((a, b) => a + b, 0) / rows;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
    const kl = kls?.[d] ?? null;
    const [a, b, c, e, f] = [0.01, 0.25, 0.5, 0.75, 0.99].map((share) => quantile(values, share));
    return { kl, active: (kl ?? variance) >= 0.01, mean, quantiles: [a!, b!, c!, e!, f!] };
  });
}

/** Mean distance of each row to its nearest others [rows]. */
export async function distances(mu: NdArray, run: RunOptions): Promise<number[]> {
  const rows = mu.shape[0]!;
  const near = await nearestNeighbours(mu, { count: Math.min(neighbours, rows - 1), ...run });
  const across = near.shape[1]!;
  return Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < across; k++) sum += near.distance[row * across + k]!;
    return sum / across;
  });
}

/** Quantiles 0, 0.01, ..., 1. */
export function percentiles(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: 101 }, (_, i) => quantile(sorted, i / 100));
}

function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}
