import { UsageError } from "@vaekit/infer";
import { checkMatrix, type Matrix } from "./matrix.js";

export interface ActiveUnits {
  /** Cov_x(E_q(z|x)[z]) of each latent dimension, with n - 1. */
  variance: Float64Array;
  active: boolean[];
  count: number;
  protocol: string;
}

/**
 * Latent dimensions that the encoder uses: those whose posterior mean varies between examples by
 * Cov_x(E_q(z|x)[z_u]) > 0.01 (Burda, Grosse & Salakhutdinov 2016, sect. 5.2). More is not better by itself; far fewer
 * than there are dimensions is posterior collapse.
 *
 * mu [examples, latent]
 * @throws UsageError for fewer than two examples
 */
export function activeUnits(mu: Matrix, threshold = 0.01): ActiveUnits {
  checkMatrix("mu", mu);
  const { values, rows, columns } = mu;
  if (rows < 2) throw new UsageError(`active units: a variance needs at least 2 examples, got ${rows}`);
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) mean[i % columns]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++) {
    variance[i % columns]! += (values[i]! - mean[i % columns]!) ** 2 / (rows - 1);
  }
  const active = Array.from(variance, (value) => value > threshold);
  const protocol = `variance of the posterior mean over ${rows} examples above ${threshold}`;
  return { variance, active, count: active.filter(Boolean).length, protocol };
}
