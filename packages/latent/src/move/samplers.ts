import { checkMixture, type MixtureModel } from "../cluster/mixture/check-model.js";
import { checkInteger, checkNumber, checkOptions } from "../options.js";
import { Random } from "../random.js";
import { type Rows, rowsOf } from "../rows.js";
import { lowerFactors } from "./mixture-factors.js";

export interface SampleOptions {
  /** Default 0. */
  seed?: number;
}

export interface TruncatedOptions extends SampleOptions {
  /** No coordinate is further than this from 0, in standard deviations of the prior. Default 2. */
  bound?: number;
}

/** Draws from the prior N(0, I) -> [count, latent] */
export function samplePrior(count: number, latent: number, options: SampleOptions = {}): Rows {
  const random = start("samplePrior", count, latent, options, ["seed"]);
  return rowsOf(
    Float32Array.from({ length: count * latent }, () => random.normal()),
    latent,
  );
}

/**
 * Draws from the prior cut off at +-bound in each coordinate -> [count, latent]; by rejection, so exactly its density.
 * Small bounds give what the decoder has seen most of, and less variety ("truncation trick", Brock et al. 2019).
 * @throws UsageError for a bound that is not above 0
 */
export function sampleTruncated(count: number, latent: number, options: TruncatedOptions = {}): Rows {
  const random = start("sampleTruncated", count, latent, options, ["bound", "seed"]);
  const { bound = 2 } = options;
  checkNumber("sampleTruncated", "bound", bound, Number.MIN_VALUE);
  const draw = bound < 1 ? () => nearZero(random, bound) : () => within(random, bound);
  return rowsOf(Float32Array.from({ length: count * latent }, draw), latent);
}

/**
 * Draws from a fitted mixture -> [count, latent]: a component by its weight, then mean + L eps with L L^T its covariance.
 * @throws ShapeError or UsageError for what is no mixture; DataError for a covariance that is not positive definite
 */
export function sampleMixture(model: MixtureModel, count: number, options: SampleOptions = {}): Rows {
  const call = "sampleMixture";
  checkMixture(call, model);
  const { latent, components, weights, means } = model;
  const random = start(call, count, latent, options, ["seed"]);
  const factors = lowerFactors(call, model);
  const z = new Float32Array(count * latent);
  const eps = new Float64Array(latent);
  for (let row = 0; row < count; row++) {
    const component = pick(random, weights, components);
    const factor = factors(component);
    for (let j = 0; j < latent; j++) eps[j] = random.normal();
    for (let j = 0; j < latent; j++) {
      let sum = means[component * latent + j]!;
      for (let k = 0; k <= j; k++) sum += factor[j * latent + k]! * eps[k]!;
      z[row * latent + j] = sum;
    }
  }
  return rowsOf(z, latent);
}

function start(call: string, count: number, latent: number, options: SampleOptions, known: string[]): Random {
  checkOptions(call, options, known);
  checkInteger(call, "count", count, 1);
  checkInteger(call, "latent", latent, 1);
  return new Random(options.seed ?? 0);
}

/** Accepts at least 68 % for a bound of 1 and more. */
function within(random: Random, bound: number): number {
  for (;;) {
    const x = random.normal();
    if (Math.abs(x) <= bound) return x;
  }
}

/** A uniform number kept with the density's height there: at least 60 % for a bound of 1 and less. */
function nearZero(random: Random, bound: number): number {
  for (;;) {
    const x = bound * (2 * random.uniform() - 1);
    if (random.uniform() < Math.exp(-0.5 * x * x)) return x;
  }
}

function pick(random: Random, weights: readonly number[], components: number): number {
  let left = random.uniform();
  for (let component = 0; component < components; component++) {
    left -= weights[component]!;
    if (left < 0) return component;
  }
  // Weights that sum to a little less than 1: the last that has any.
  return weights.findLastIndex((weight) => weight > 0);
}
