import { mostThreads, UsageError } from "@vaekit/infer";
import { checkNames, choose } from "./choose.js";
import type { Dataset } from "./data/types.js";
import type { EngineName } from "./engine/types.js";
import type { FitEvent } from "./events.js";
import type { ObjectiveConfig, ObjectiveName } from "./objective/index.js";
import type { OptimizerConfig, OptimizerName } from "./optimizer/index.js";
import type { KlOptions } from "./schedule/kl-config.js";
import type { RateConfig, RateName } from "./schedule/rate/index.js";
import { shown } from "./wording.js";

export interface FitOptions {
  /** Passes over the training examples. Default 10. */
  epochs?: number;
  /** Examples per update. Default 128. What is left of an epoch after whole batches waits for the next shuffle. */
  batch?: number;
  /** Default: the optimizer's own, 1e-3. */
  learningRate?: number;
  /**
   * How the learning rate changes. Default "constant". "plateau" follows the validation loss as patience does.
   */
  rate?: RateName | (Partial<RateConfig> & { kind: RateName });
  /** A name, or a configuration such as { kind: "adamw", weightDecay: 0.01 }. Default "adam". */
  optimizer?: OptimizerName | (Partial<OptimizerConfig> & { kind: OptimizerName });
  /** A name, or a configuration such as { kind: "iwae", samples: 50 }. Default "elbo". */
  objective?: ObjectiveName | (Partial<ObjectiveConfig> & { kind: ObjectiveName });
  /** Weight of the KL in the loss. Default 1. */
  beta?: number;
  /** Epochs in which the KL's weight rises to beta, or a schedule. Default: none. */
  warmup?: number | KlOptions["warmup"];
  /** Nats that the KL is drawn to, reached after these epochs, instead of being made small. Default: none. */
  capacity?: KlOptions["capacity"];
  /** Nats of KL that each latent dimension, or group of them, has for free. Default: none. */
  freeBits?: number | KlOptions["freeBits"];
  /** Whether warm-up and capacity change with each step or only from epoch to epoch. Default "step". */
  klUnit?: KlOptions["unit"];
  /** Largest global norm of the gradients; longer ones are scaled down. Default: none. */
  clip?: number;
  /** Decay of a moving average of the weights, which is what is validated and kept. Default: none. */
  ema?: number;
  /**
   * Epochs without a better validation loss after which training stops with the best epoch's weights. Default: none.
   * It follows -ELBO with beta 1, or the reconstruction alone where the loss has no KL (objectives ae and vq, beta 0,
   * infovae with alpha 1). Epochs before the KL's warm-up or capacity is there neither count nor are the best.
   */
  patience?: number;
  /** Decides initial weights, order and noise. An integer from 0. Default 0. */
  seed?: number;
  /** Default "compiled". */
  engine?: EngineName;
  /** Share (below 1) or number of examples kept back, or data of its own. Default 0.1. */
  validation?: number | Dataset;
  /** "dynamic": in each step a pixel is white with its grey value's probability. Default "none". */
  binarize?: keyof typeof binarizations;
  /** Directory for configuration, metrics and checkpoints. Default: none is written. */
  out?: string;
  /** Replace what is at `out`. Default false. */
  force?: boolean;
  /** What `openData` was given, so that a run can be resumed by its directory alone. */
  source?: { data: string; limit?: number; validation?: string };
  /** Updates between checkpoints within an epoch; one is written after each epoch anyway. Default: none. */
  checkpointEvery?: number;
  /** Threads of the compiled engine. Default: all. */
  threads?: number;
  /** Stop after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  onEvent?: (event: FitEvent) => void;
}

const binarizations = { none: true, dynamic: true } as const;

/** Typed by FitOptions' own keys, so that none can be forgotten. */
const known: { readonly [K in keyof Required<FitOptions>]: true } = {
  epochs: true,
  batch: true,
  learningRate: true,
  rate: true,
  optimizer: true,
  objective: true,
  beta: true,
  warmup: true,
  capacity: true,
  freeBits: true,
  klUnit: true,
  clip: true,
  ema: true,
  patience: true,
  seed: true,
  engine: true,
  validation: true,
  binarize: true,
  out: true,
  force: true,
  source: true,
  checkpointEvery: true,
  threads: true,
  signal: true,
  onEvent: true,
};

/** @throws UsageError that names the option, what it may be, and what came */
export function checkFitOptions(options: FitOptions): void {
  checkNames(options, Object.keys(known), "fit");
  const integer = (name: "epochs" | "batch" | "checkpointEvery" | "threads" | "patience") => {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
      throw new UsageError(`${name} must be a positive integer, got ${shown(value)}`);
    }
  };
  for (const name of ["epochs", "batch", "checkpointEvery", "threads", "patience"] as const) integer(name);
  if ((options.threads ?? 1) > mostThreads) {
    throw new UsageError(`threads must be at most ${mostThreads}, got ${shown(options.threads)}`);
  }
  const { learningRate, beta, clip, ema, seed, validation, binarize, signal, onEvent } = options;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.aborted !== "boolean") {
    throw new UsageError(
      `signal must be an AbortSignal, such as that of an AbortController, got ${shown(signal)}`,
    );
  }
  if (onEvent !== undefined && typeof onEvent !== "function") {
    throw new UsageError(`onEvent must be a function, got ${shown(onEvent)}`);
  }
  if (binarize !== undefined) choose(binarizations, binarize, "binarize");
  if (learningRate !== undefined && !(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new UsageError(`learningRate must be a positive number, got ${shown(learningRate)}`);
  }
  if (beta !== undefined && !(beta >= 0 && Number.isFinite(beta))) {
    throw new UsageError(`beta must be a number of at least 0, got ${shown(beta)}`);
  }
  if (clip !== undefined && !(clip > 0 && Number.isFinite(clip))) {
    throw new UsageError(`clip must be a positive number, got ${shown(clip)}`);
  }
  if (ema !== undefined && !(ema > 0 && ema < 1)) {
    throw new UsageError(`ema must be a decay between 0 and 1, such as 0.999, got ${shown(ema)}`);
  }
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new UsageError(`seed must be an integer from 0, got ${shown(seed)}`);
  }
  if (
    typeof validation === "number" &&
    !(validation >= 0 && (validation < 1 || Number.isInteger(validation)))
  ) {
    throw new UsageError(
      `validation must be a share below 1 or a whole number of examples, got ${shown(validation)}`,
    );
  }
}
