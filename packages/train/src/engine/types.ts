import type { Vae } from "../model/vae.js";
import type { Objective } from "../objective/types.js";
import type { Optimizer } from "../optimizer/types.js";

export type EngineName = "compiled" | "tfjs-node" | "wasm" | "cpu";

/** Examples in the data's units, [rows, ...shape]. */
export interface Batch {
  rows: number;
  x: Uint8Array;
}

/** All randomness of a step comes from outside. */
export interface Noise {
  /** Standard normal [rows, latent]. */
  eps: Float32Array;
  /** Uniform [rows, features]; only with dynamic binarisation. */
  uniform?: Float32Array;
}

/** What the host decides for a step. */
export interface Schedule {
  /** Counted from 1. */
  step: number;
  learningRate: number;
  /** Weight of the KL. */
  beta: number;
}

/** Means over the batch in nats per example, before the step's update. */
export interface StepTerms {
  loss: number;
  /** -ln p(x|z) */
  reconstruction: number;
  /** KL(q(z|x) || p(z)), unweighted */
  kl: number;
}

/** Per example, without an update. */
export interface Evaluation {
  /** ln p(x|z) [rows] */
  logPx: Float32Array;
  /** KL per latent dimension [rows, latent] */
  kl: Float32Array;
  /** Posterior means [rows, latent] */
  mu: Float32Array;
}

/** Weights and optimizer slots by name: `weights/<parameter>`, `<slot>/<parameter>`. The same on every engine. */
export type EngineState = Record<string, Float32Array>;

/** What an engine runs. */
export interface Job {
  vae: Vae;
  objective: Objective;
  optimizer: Optimizer;
  /** Rows of every training batch. */
  rows: number;
  binarize: boolean;
  /** Threads of the runtime, where it can be told. Default: all. */
  threads?: number;
}

/** Executes training steps. Between `createEngine` and `dispose` the engine owns the weights; the Vae's are stale. */
export interface Engine {
  readonly name: EngineName;
  /** One update; batch.rows must be the job's. */
  step(batch: Batch, noise: Noise, schedule: Schedule): Promise<StepTerms>;
  /** Any number of rows. */
  evaluate(batch: Batch, noise: Noise): Promise<Evaluation>;
  /** A copy. */
  readState(): Promise<EngineState>;
  writeState(state: EngineState): Promise<void>;
  dispose(): Promise<void>;
}
