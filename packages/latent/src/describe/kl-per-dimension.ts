import type { Codes } from "../rows.js";
import { checkPosteriors } from "./posteriors.js";

export interface LatentKl {
  /** Mean over rows, nats. */
  perDimension: number[];
  /** Nats per row, summed over dimensions: the KL of the bound. */
  total: number;
  /** Dimensions by falling KL. */
  order: number[];
  /** Fewest dimensions that hold 99 % of the total. */
  dimensionsFor99: number;
}

/** KL(N(mu, exp(logvar)) || N(0, 1)) = 1/2 (mu^2 + exp(logvar) - logvar - 1), nats (Kingma & Welling 2013, appendix B) */
export function klToStandardNormal(mu: number, logvar: number): number {
  return 0.5 * (mu ** 2 + Math.expm1(logvar) - logvar);
}

/**
 * KL(q(z_d|x) || N(0, 1)) of each latent dimension, mean over rows, in closed form. Nats: what each dimension tells of
 * x, at most; 0 where its posterior is the prior for every x (it has collapsed).
 *
 * codes [rows, latent] -> latent numbers
 * @throws ShapeError, DataError for bad codes
 */
export function klPerDimension(codes: Codes): number[] {
  return meanKl("klPerDimension", codes);
}

function meanKl(call: string, codes: Codes): number[] {
  const { mu, logvar, rows, latent } = checkPosteriors(call, codes);
  const sums = new Float64Array(latent);
  for (let i = 0, d = 0; i < mu.length; i++, d = d + 1 === latent ? 0 : d + 1) {
    sums[d]! += klToStandardNormal(mu[i]!, logvar[i]!);
  }
  return Array.from(sums, (sum) => sum / rows);
}

/**
 * klPerDimension with its sum, its order, and how many dimensions hold nearly all of it.
 *
 * codes [rows, latent]
 * @throws ShapeError, DataError for bad codes
 */
export function latentKl(codes: Codes): LatentKl {
  const perDimension = meanKl("latentKl", codes);
  const total = perDimension.reduce((sum, value) => sum + value, 0);
  const order = Array.from(perDimension.keys()).sort((a, b) => perDimension[b]! - perDimension[a]!);
  let dimensionsFor99 = 0;
  for (let held = 0; held < 0.99 * total && dimensionsFor99 < order.length; dimensionsFor99++) {
    held += perDimension[order[dimensionsFor99]!]!;
  }
  return { perDimension, total, order, dimensionsFor99 };
}
