import { RandomStream, type StreamName } from "@vaekit/infer";
import { gatherRows } from "./data/dataset.js";
import type { Dataset } from "./data/types.js";
import type { Engine } from "./engine/types.js";
import type { LatentStatistics, SplitMetrics } from "./run/metrics.js";

export interface ElboEvaluation {
  metrics: SplitMetrics & { examples: number };
  statistics: LatentStatistics;
}

export interface EvaluateOptions {
  seed: number;
  latent: number;
  features: number;
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
  data: Dataset,
  indices: ArrayLike<number>,
  { seed, latent, features, binarize, rows = 500, stream = "validation" }: EvaluateOptions,
): Promise<ElboEvaluation> {
  const noise = new RandomStream(seed, stream);
  const binarization = noise.fork(1);
  const count = indices.length;
  let logPx = 0;
  const mean = new Float64Array(latent);
  const square = new Float64Array(latent);
  const kl = new Float64Array(latent);
  for (let start = 0; start < count; start += rows) {
    const size = Math.min(rows, count - start);
    const chosen = Array.from({ length: size }, (_, i) => indices[start + i]!);
    const x = gatherRows(data, chosen, new Uint8Array(size * features));
    const eps = noise.normal(new Float32Array(size * latent));
    const uniform = binarize ? binarization.uniform(new Float32Array(size * features)) : undefined;
    const result = await engine.evaluate({ rows: size, x }, { eps, uniform });
    for (const value of result.logPx) logPx += value;
    for (let i = 0; i < result.mu.length; i++) {
      const dimension = i % latent;
      mean[dimension]! += result.mu[i]!;
      square[dimension]! += result.mu[i]! ** 2;
      kl[dimension]! += result.kl[i]!;
    }
  }
  const per = (total: Float64Array) => Array.from(total, (value) => value / count);
  const means = per(mean);
  const klPerDimension = per(kl);
  const totalKl = klPerDimension.reduce((sum, value) => sum + value, 0);
  const std = per(square).map((value, i) => Math.sqrt(Math.max(0, value - means[i]! ** 2)));
  return {
    metrics: { elbo: logPx / count - totalKl, reconstruction: -logPx / count, kl: totalKl, examples: count },
    statistics: { examples: count, mean: means, std, kl: klPerDimension },
  };
}
