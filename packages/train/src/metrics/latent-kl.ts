import { checkAlike, checkMatrix, type Matrix } from "./matrix.js";

export interface LatentKl {
  /** Mean over examples, nats. */
  perDimension: Float64Array;
  /** Nats per example, summed over dimensions. */
  total: number;
  /** Dimensions by falling KL. */
  order: number[];
  /** Fewest dimensions that hold 99 % of the total. */
  dimensionsFor99: number;
  protocol: string;
}

/** KL(N(mu, exp(logvar)) || N(0, 1)) = 1/2 (mu^2 + exp(logvar) - logvar - 1), nats (Kingma & Welling 2013, appendix B) */
export function klToStandardNormal(mu: number, logvar: number): number {
  return 0.5 * (mu ** 2 + Math.expm1(logvar) - logvar);
}

/**
 * KL(q(z_j|x) || N(0, 1)) per latent dimension, mean over examples, in closed form. Nats; what each dimension tells of
 * x, at most; 0 where it is collapsed.
 *
 * mu, logvar [examples, latent]
 */
export function latentKl(mu: Matrix, logvar: Matrix): LatentKl {
  checkMatrix("mu", mu);
  checkMatrix("logvar", logvar);
  checkAlike("mu", mu, "logvar", logvar);
  const { rows, columns, values } = mu;
  const sums = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) {
    sums[i % columns]! += klToStandardNormal(values[i]!, logvar.values[i]!);
  }
  const perDimension = sums.map((sum) => sum / rows);
  const total = perDimension.reduce((sum, value) => sum + value, 0);
  const order = Array.from(perDimension.keys()).sort((a, b) => perDimension[b]! - perDimension[a]!);
  let dimensionsFor99 = 0;
  for (let held = 0; held < 0.99 * total && dimensionsFor99 < columns; dimensionsFor99++) {
    held += perDimension[order[dimensionsFor99]!]!;
  }
  const protocol = `closed form against N(0, 1), mean over ${rows} examples`;
  return { perDimension, total, order, dimensionsFor99, protocol };
}
