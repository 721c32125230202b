import { UsageError } from "@vaekit/infer";
import { someRows } from "@vaekit/latent";
import { checkNames } from "../choose.js";
import { checkCount } from "../metrics/matrix.js";
import type { DrawPlan } from "./draws.js";

export interface EvaluateProgress {
  /** Draws of z done, and in all. */
  done: number;
  total: number;
  secondsLeft: number;
}

export interface EvaluateOptions {
  /** Decides all noise. Default 0. */
  seed?: number;
  /** The examples that count, by their numbers in the data. Default: all. */
  indices?: ArrayLike<number>;
  /** Use the first of them only. */
  limit?: number;
  /** How the examples are called in protocols. Default: the data's name. */
  name?: string;
  /** Numbers K of the importance-weighted bounds; empty for none. Default [1, 100, 5000]. */
  importance?: readonly number[];
  /** Examples, drawn at random by the seed, that bounds with K above 100 are taken on. Default 250. */
  importanceExamples?: number | "all";
  /** Fewest draws of z per example that the ELBO is averaged over. Default 10. */
  repeats?: number;
  /**
   * "dynamic": each example becomes black and white once, drawn from its grey by the seed; "none": as they are. Default: as
   * the model was trained, where the examples are not black and white already.
   */
  binarize?: "none" | "dynamic";
  /** Most draws that are decoded at once. Default: 250, fewer for large examples. */
  rows?: number;
  /**
   * A file that keeps what is done, so that a stopped evaluation goes on where it was: to the same numbers as if it had
   * never stopped.
   */
  resumeFile?: string;
  /** Seconds between two writes of it. Default 60. */
  saveEvery?: number;
  onProgress?: (progress: EvaluateProgress) => void;
  /** Stops it after the draws under way; `evaluate` throws the signal's reason. */
  signal?: AbortSignal;
}

/** Typed by EvaluateOptions' own keys, so that none can be forgotten. */
const known: { readonly [K in keyof Required<EvaluateOptions>]: true } = {
  seed: true,
  indices: true,
  limit: true,
  name: true,
  importance: true,
  importanceExamples: true,
  repeats: true,
  binarize: true,
  rows: true,
  resumeFile: true,
  saveEvery: true,
  onProgress: true,
  signal: true,
};

/** Largest K that is taken on all examples whatever their number. */
const mostOnAll = 100;

/** For 10,000 examples 2.25 million draws: about half a minute for a dense decoder on two cores, ten for a convolutional one. */
export const importanceDefaults = { samples: [1, 100, 5000], examples: 250 };

/** @throws UsageError */
export function checkEvaluateOptions(options: EvaluateOptions): void {
  checkNames(options, Object.keys(known), "evaluate");
  const { importance = [], importanceExamples, limit, repeats, rows, seed } = options;
  for (const k of importance) checkCount("importance: K", k);
  if (new Set(importance).size !== importance.length) {
    throw new UsageError(`importance: each K once, got ${importance.join(", ")}`);
  }
  if (importanceExamples !== undefined && importanceExamples !== "all") {
    checkCount("importanceExamples", importanceExamples);
  }
  for (const [name, value] of Object.entries({ limit, repeats, rows })) {
    if (value !== undefined) checkCount(name, value);
  }
  if (seed !== undefined) checkCount("seed", seed, 0);
}

/** Draws at once, so that what a decoder makes of them stays within memory: 250 of 28 by 28, 16 of large pictures. */
export function defaultRows(features: number): number {
  return Math.max(16, Math.min(250, Math.floor(200_000 / features)));
}

/**
 * All examples with as many draws as the smaller K take; where there are more examples than the larger K are to be taken
 * on, those on some of them, with the smaller K again to compare with.
 */
export function drawPlans(
  examples: number,
  { importance = importanceDefaults.samples, importanceExamples, repeats = 10, seed = 0 }: EvaluateOptions,
): DrawPlan[] {
  const samples = [...importance].sort((a, b) => a - b);
  const some = importanceExamples ?? importanceDefaults.examples;
  const limited = some !== "all" && some < examples;
  const onAll = limited ? samples.filter((k) => k <= mostOnAll) : samples;
  const all: DrawPlan = {
    positions: someRows(examples, examples, seed),
    draws: Math.max(repeats, ...onAll),
    samples: onAll,
  };
  if (onAll.length === samples.length) return [all];
  const positions = someRows(examples, some as number, seed);
  return [all, { positions, draws: Math.max(...samples), samples }];
}
