import { activeUnits } from "../../describe/active-units.js";
import { correlation } from "../../describe/correlation.js";
import { type IntrinsicDimension, intrinsicDimension } from "../../describe/intrinsic-dimension.js";
import { klPerDimension } from "../../describe/kl-per-dimension.js";
import { distinctRows } from "../../distinct-rows.js";
import type { Codes, Rows } from "../../rows.js";
import { someRows, takeRows } from "../../sample-rows.js";
import type { CheckedInput } from "../input.js";
import type { Step } from "../step.js";
import { analyzeInformation, type Information } from "./information.js";

export interface DimensionsAnalysis {
  /** KL(q(z_j|x) || N(0, 1)) per dimension, nats per example; null where the prior is another. */
  kl: number[] | null;
  /** Variance of the posterior mean per dimension. */
  variance: number[];
  /** Share of each dimension's variance that is of its posterior mean: var(mu) / (var(mu) + mean sigma^2); the rest is noise. null for codes without variances. */
  signal: number[] | null;
  /** Most that each can tell of its example, nats: (ln(var(mu) + mean sigma^2) - mean ln sigma^2) / 2, for no density of that variance has a larger entropy. null for codes without variances. */
  limit: number[] | null;
  /**
   * Variance above 0.01 (Burda et al. 2016); where the prior is not N(0, I), and so has another scale, signal above 0.01; of codes without
   * variances, variance above 0.01 of the largest.
   */
  active: boolean[];
  /** Dimensions, the most telling first: by KL, or by variance where there is none. */
  order: number[];
  /** Of the posterior means [latent, latent]. */
  correlation: Rows;
  /** Pair of active dimensions that correlate most; null for fewer than two. */
  strongest: { a: number; b: number; r: number } | null;
  /** null where too few rows differ to tell. */
  intrinsic: IntrinsicDimension | null;
  /** What each dimension tells of the label and of each column. */
  information: Information[];
}

/** Neighbours that the intrinsic dimension is told from, if there are so many. */
const neighbours = 20;
/** Rows that it is told from. */
const intrinsicRows = 5000;
/** Of a dimension's own variance, or of the largest variance of all. */
const leastShare = 0.01;

export async function analyzeDimensions(input: CheckedInput, step: Step): Promise<DimensionsAnalysis> {
  const { codes, posteriors, latent, standardNormal } = input;
  const { variance, active: varies } = activeUnits(codes.mu);
  const { signal, limit } = posteriors ? useOf(posteriors, variance) : { signal: null, limit: null };
  const most = largest(variance);
  const shares = signal ?? variance.map((value) => (most > 0 ? value / most : 0));
  const active = standardNormal ? varies : shares.map((share) => share > leastShare);
  const kl = standardNormal && posteriors ? klPerDimension(posteriors) : null;
  const weight = kl ?? variance;
  const matrix = correlation(codes.mu);
  return {
    kl,
    variance,
    signal,
    limit,
    active,
    order: Array.from({ length: latent }, (_, i) => i).sort((a, b) => weight[b]! - weight[a]!),
    correlation: matrix,
    strongest: strongestPair(matrix, active),
    information: await analyzeInformation(input, step),
    intrinsic: await intrinsicOf(codes.mu, step),
  };
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

function useOf({ logvar: { data } }: Codes, variance: readonly number[]) {
  const latent = variance.length;
  const rows = data.length / latent;
  const noise = new Float64Array(latent);
  const logNoise = new Float64Array(latent);
  for (let i = 0; i < data.length; i++) {
    noise[i % latent]! += Math.exp(data[i]!) / rows;
    logNoise[i % latent]! += data[i]! / rows;
  }
  return {
    signal: variance.map((value, d) => (value > 0 ? value / (value + noise[d]!) : 0)),
    limit: variance.map((value, d) => Math.max(0, (Math.log(value + noise[d]!) - logNoise[d]!) / 2)),
  };
}

async function intrinsicOf(mu: Rows, step: Step): Promise<IntrinsicDimension | null> {
  const some = takeRows(mu, someRows(mu.shape[0]!, intrinsicRows, step.seed));
  const count = Math.min(neighbours, some.shape[0]! - 1);
  const distinct = distinctRows(some, { limit: count + 1 }).length;
  if (distinct > 1 && distinct <= count) return null;
  return step.run("intrinsic dimension", (run) =>
    intrinsicDimension(some, { neighbours: count, seed: step.seed, ...run }),
  );
}

function strongestPair({ data, shape }: Rows, active: readonly boolean[]): DimensionsAnalysis["strongest"] {
  const latent = shape[0]!;
  let best: DimensionsAnalysis["strongest"] = null;
  for (let a = 0; a < latent; a++) {
    for (let b = a + 1; b < latent; b++) {
      const r = data[a * latent + b]!;
      if (active[a] && active[b] && (!best || Math.abs(r) > Math.abs(best.r))) best = { a, b, r };
    }
  }
  return best;
}
