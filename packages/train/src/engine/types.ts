import type { Vae } from "../model/vae.js";
import type { KlControl } from "../objective/kl-control.js";
import type { Objective } from "../objective/types.js";
import type { Optimizer } from "../optimizer/types.js";

export type EngineName = "compiled" | "tfjs-node" | "wasm" | "cpu";

/** Examples in the data's units, [rows, ...shape]. */
export interface Batch {
  rows: number;
  x: Uint8Array;
  /** What a conditional model is told, [rows, conditions]. */
  c?: Float32Array;
}

/** All randomness of a step comes from outside: eps, uniform, ... by the names and shapes of `noiseSpecs`. */
export type Noise = Readonly<Record<string, Float32Array>>;

/** What the host decides for a step. */
export interface Schedule {
  /** Counted from 1. */
  step: number;
  learningRate: number;
  /** Weight of the KL. Default 1. */
  beta?: number;
  /** Nats that the KL is drawn to, where the job says so. */
  capacity?: number;
}

/**
 * Means over the batch in nats per example, before the step's update: loss, reconstruction (-ln p(x|z)), kl
 * (unweighted), and what else the objective computes, by its names; gradient_norm where it is limited.
 */
export type StepTerms = { loss: number; reconstruction: number; kl: number } & Record<string, number>;

/** Per example, without an update, dropout or batch statistics. */
export interface Evaluation {
  /** ln p(x|z) [rows] */
  logPx: Float32Array;
  /** KL per latent dimension [rows, latent]; [rows, 1] where the prior's does not split */
  kl: Float32Array;
  /** Posterior means [rows, latent] */
  mu: Float32Array;
  /** ln sigma^2 of the posteriors [rows, latent] */
  logvar: Float32Array;
}

/**
 * Weights, buffers and optimizer slots by name: `weights/<parameter>`, `<slot>/<parameter>`, `ema/<parameter>`. The same
 * on every engine.
 */
export type EngineState = Record<string, Float32Array>;

/** What an engine runs; `createJob` makes one. */
export interface Job {
  vae: Vae;
  objective: Objective;
  optimizer: Optimizer;
  /** Rows of every training batch. */
  rows: number;
  binarize: boolean;
  control: KlControl;
  /** Largest global norm of the gradients, or null. */
  clip: number | null;
  /** Decay of the moving average of weights that evaluation uses, or null. */
  ema: number | null;
  /** Threads of the runtime, where it can be told. Default: all. */
  threads?: number;
}

/** Executes training steps. Between `createEngine` and `dispose` the engine owns the weights; the Vae's are stale. */
export interface Engine {
  readonly name: EngineName;
  /** One update; batch.rows must be the job's. */
  step(batch: Batch, noise: Noise, schedule: Schedule): Promise<StepTerms>;
  /** Any number of rows; noise: eps [rows, latent], and uniform where pictures are binarised. */
  evaluate(batch: Batch, noise: Noise): Promise<Evaluation>;
  /** A copy. */
  readState(): Promise<EngineState>;
  writeState(state: EngineState): Promise<void>;
  dispose(): Promise<void>;
}
