import { Random } from "../random.js";
import type { Task } from "../task.js";

/** ln of sigma^2 is held within these limits, so that no density overflows float64. */
const extreme = 300;
/** Terms below e^-40 of the own one do not change a sum in float64. */
const negligible = 40;

export interface AggregateDraws {
  /** Draws of z, and so of each of the arrays. */
  draws: number;
  /** Rows whose posteriors make the mixture. */
  rows: number;
  /** ln q(z|x) - ln q(z) for z drawn from q(z|x). */
  joint: Float64Array;
  /** Sum over the dimensions of ln q(z_d|x) - ln q(z_d); empty unless asked for. */
  marginal: Float64Array;
  /** Mean share of the draw's own posterior in q(z), from 1 / n to 1. */
  ownShare: number;
}

/**
 * Draws z of the aggregated posterior q(z) = 1/n sum_i N(mu_i, sigma_i^2), and its densities there.
 *
 * With up to `most` rows the mixture is exact, the draw's own component in it, so that means over the draws are unbiased for this q(z).
 * With more, a sample of m rows stands for the others: q(z) = q(z|x_i) / n + (n - 1) / n * mean of the m - 1 others' q(z|x_j), the
 * stratified estimate of Chen et al. 2018 (appendix C.2): unbiased for q(z), low for ln q(z) (Jensen).
 * Draws take the rows in turn.
 *
 * mu, logvar [n, latent]; most 2 or more; samples: at least so many draws (rounded up to whole turns)
 */
export function* aggregateTask(
  codes: { mu: Float32Array; logvar: Float32Array; rows: number; latent: number },
  { most, samples, seed, marginals }: { most: number; samples: number; seed: number; marginals: boolean },
): Task<AggregateDraws> {
  const { rows: all, latent } = codes;
  const random = new Random(seed);
  const rows = Math.min(all, most);
  const picked = random.choose(rows, all);
  const mixture = gather(codes, picked);
  const { mean, variance, precision, constant } = mixture;
  const turns = Math.ceil(samples / rows);
  const draws = turns > 1 ? turns * rows : samples;
  const own = 1 / all;
  const other = rows > 1 ? (all - 1) / (all * (rows - 1)) : 0;

  const joint = new Float64Array(draws);
  const marginal = new Float64Array(marginals ? draws : 0);
  const eps = new Float64Array(latent);
  const sums = new Float64Array(latent);
  const batch = Math.max(1, Math.floor((marginals ? 2e5 : 1e6) / (rows * latent)));
  for (let draw = 0; draw < draws; draw++) {
    if (draw % batch === 0) yield { stage: "aggregated posterior", done: draw, total: draws };
    const i = draw % rows;
    for (let d = 0; d < latent; d++) eps[d] = random.normal() * Math.sqrt(variance[i * latent + d]!);
    if (marginals) {
      joint[draw] = -jointAndMarginals(mixture, i, eps, own, other, sums);
      let total = 0;
      for (let d = 0; d < latent; d++) total -= Math.log(sums[d]!);
      marginal[draw] = total;
    } else {
      joint[draw] = -jointOnly(mean, precision, constant, latent, i, eps, own, other);
    }
  }
  let ownShare = 0;
  for (const value of joint) ownShare += (own * Math.exp(value)) / draws;
  return { draws, rows, joint, marginal, ownShare: Math.min(1, ownShare) };
}

interface Mixture {
  latent: number;
  mean: Float64Array;
  variance: Float64Array;
  /** 1 / (2 sigma^2) */
  precision: Float64Array;
  /** -ln sigma */
  height: Float64Array;
  /** The sum of a row's heights. */
  constant: Float64Array;
}

function gather(
  { mu, logvar, latent }: { mu: Float32Array; logvar: Float32Array; latent: number },
  picked: Int32Array,
): Mixture {
  const size = picked.length * latent;
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  const precision = new Float64Array(size);
  const height = new Float64Array(size);
  const constant = new Float64Array(picked.length);
  for (let i = 0; i < picked.length; i++) {
    for (let d = 0; d < latent; d++) {
      const from = picked[i]! * latent + d;
      const to = i * latent + d;
      const value = Math.min(extreme, Math.max(-extreme, logvar[from]!));
      mean[to] = mu[from]!;
      variance[to] = Math.exp(value);
      precision[to] = 0.5 * Math.exp(-value);
      height[to] = -0.5 * value;
      constant[i]! += height[to]!;
    }
  }
  return { latent, mean, variance, precision, height, constant };
}

/** ln q(z) - ln q(z|x_i) at z = mu_i + eps. */
function jointOnly(
  mean: Float64Array,
  precision: Float64Array,
  constant: Float64Array,
  latent: number,
  i: number,
  eps: Float64Array,
  own: number,
  other: number,
): number {
  const self = i * latent;
  let level = constant[i]!;
  for (let d = 0; d < latent; d++) level -= eps[d]! * eps[d]! * precision[self + d]!;
  let shift = 0;
  let sum = 0;
  for (let j = 0; j < constant.length; j++) {
    if (j === i) continue;
    const at = j * latent;
    let term = constant[j]! - level;
    const floor = shift - negligible;
    for (let d = 0; d < latent && term > floor; d++) {
      const off = mean[self + d]! - mean[at + d]! + eps[d]!;
      term -= off * off * precision[at + d]!;
    }
    if (term <= floor) continue;
    if (term > shift + 500) {
      sum *= Math.exp(shift - term);
      shift = term;
    }
    sum += Math.exp(term - shift);
  }
  return shift + Math.log(own * Math.exp(-shift) + other * sum);
}

/** The same, and in `sums` q(z_d) / q(z_d|x_i) for each d. */
function jointAndMarginals(
  { latent, mean, precision, height, constant }: Mixture,
  i: number,
  eps: Float64Array,
  own: number,
  other: number,
  sums: Float64Array,
): number {
  const self = i * latent;
  let level = constant[i]!;
  for (let d = 0; d < latent; d++) level -= eps[d]! * eps[d]! * precision[self + d]!;
  sums.fill(0);
  let shift = 0;
  let sum = 0;
  for (let j = 0; j < constant.length; j++) {
    if (j === i) continue;
    const at = j * latent;
    let term = constant[j]! - level;
    for (let d = 0; d < latent; d++) {
      const off = mean[self + d]! - mean[at + d]! + eps[d]!;
      const square = off * off * precision[at + d]!;
      term -= square;
      const ratio = height[at + d]! - square - height[self + d]! + eps[d]! * eps[d]! * precision[self + d]!;
      if (ratio > -negligible) sums[d]! += Math.exp(ratio);
    }
    if (term <= shift - negligible) continue;
    if (term > shift + 500) {
      sum *= Math.exp(shift - term);
      shift = term;
    }
    sum += Math.exp(term - shift);
  }
  for (let d = 0; d < latent; d++) sums[d] = own + other * sums[d]!;
  return shift + Math.log(own * Math.exp(-shift) + other * sum);
}

/** The mean of numbers and its standard error, as if they were independent. */
export function meanAndError(values: Float64Array): { mean: number; standardError: number } {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let square = 0;
  for (const value of values) square += (value - mean) ** 2;
  return { mean, standardError: Math.sqrt(square / Math.max(1, values.length - 1) / values.length) };
}
