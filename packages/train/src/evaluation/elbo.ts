import { RandomStream, type StreamName } from "@vaekit/infer";
import { gatherBatch } from "../data/batch.js";
import type { Dataset } from "../data/types.js";
import type { Engine } from "../engine/types.js";
import type { Vae } from "../model/vae.js";
import type { LatentStatistics, SplitMetrics } from "../run/metrics.js";

export interface ElboEvaluation {
  metrics: SplitMetrics & { examples: number };
  statistics: LatentStatistics;
}

export interface ElboOptions {
  seed: number;
  binarize: boolean;
  /** Rows at once. Default 500. */
  rows?: number;
  stream?: StreamName;
}

/**
 * The evidence lower bound over `indices` of the data, with one sample of z per example from the seed, never at the
 * mean: the same noise each time, so that epochs compare. Nats per example.
 */
export async function evaluateElbo(
  engine: Engine,
  vae: Vae,
  data: Dataset,
  indices: ArrayLike<number>,
  { seed, binarize, rows = 500, stream = "validation" }: ElboOptions,
): Promise<ElboEvaluation> {
  const { latent, features } = vae;
  const noise = new RandomStream(seed, stream);
  const binarization = noise.fork(1);
  const count = indices.length;
  let logPx = 0;
  const mean = new Float64Array(latent);
  const square = new Float64Array(latent);
  let kl = new Float64Array(0);
  for (let start = 0; start < count; start += rows) {
    const size = Math.min(rows, count - start);
    const chosen = Array.from({ length: size }, (_, i) => indices[start + i]!);
    const eps = noise.normal(new Float32Array(size * latent));
    const uniform = binarize ? binarization.uniform(new Float32Array(size * features)) : undefined;
    const result = await engine.evaluate(
      gatherBatch(vae, data, chosen),
      uniform ? { eps, uniform } : { eps },
    );
    for (const value of result.logPx) logPx += value;
    for (let i = 0; i < result.mu.length; i++) {
      const dimension = i % latent;
      mean[dimension]! += result.mu[i]!;
      square[dimension]! += result.mu[i]! ** 2;
    }
    const columns = result.kl.length / size;
    if (kl.length === 0) kl = new Float64Array(columns);
    for (let i = 0; i < result.kl.length; i++) kl[i % columns]! += result.kl[i]!;
  }
  const per = (total: Float64Array) => Array.from(total, (value) => value / count);
  const means = per(mean);
  const klPerDimension = per(kl);
  const totalKl = klPerDimension.reduce((sum, value) => sum + value, 0);
  const std = per(square).map((value, i) => Math.sqrt(Math.max(0, value - means[i]! ** 2)));
  const split = kl.length === latent ? klPerDimension : null;
  return {
    metrics: { elbo: logPx / count - totalKl, reconstruction: -logPx / count, kl: totalKl, examples: count },
    statistics: { examples: count, mean: means, std, kl: split },
  };
}
