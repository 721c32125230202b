import type { z } from "zod";
import type { tf } from "../tfjs.js";
import type { Pass } from "./pass.js";

export type Tensors = Record<string, tf.Tensor>;

/** Random numbers that come into a step from outside: by name, in what shape and from which distribution. */
export type NoiseSpecs = Readonly<Record<string, NoiseSpec>>;
export interface NoiseSpec {
  shape: readonly number[];
  /** Standard normal, or uniform in [0, 1). */
  of: "normal" | "uniform";
}

/** What an objective computed on a batch. */
export interface Outcome {
  /** Scalar, nats per example: what training minimises. */
  loss: tf.Tensor;
  /** ln p(x|z) [batch], nats; over several samples their mean */
  logPx: tf.Tensor;
  /** KL(q(z|x) || p(z)) [batch, latent] or, where it does not split into dimensions, [batch, 1]; nats, unweighted */
  kl: tf.Tensor;
  /** Further scalars that are logged, by name: total_correlation, perplexity, ... */
  terms?: Tensors;
  /** Next values of the prior's buffers, by their names. */
  buffers?: Tensors;
}

/** What training minimises. */
export interface Objective {
  readonly name: string;
  /** Draws of z per example; eps has that many rows per example, all of the first draw first. */
  readonly samples: number;
  /** Names of the further scalars that `loss` gives, in their order. */
  readonly terms: readonly string[];
  /** Noise beside eps. */
  noise(sizes: { rows: number; latent: number }): NoiseSpecs;
  loss(pass: Pass): Outcome;
  /**
   * The ELBO's two parts without training, from one z per example. Default: z sampled from q(z|x), kl of the prior; an
   * objective whose latent is no Gaussian sample says its own.
   */
  evaluate?(pass: Pass): Pick<Outcome, "logPx" | "kl">;
}

/** What an objective is made for. */
export interface ObjectiveSizes {
  /** Examples to train on: N of the minibatch-stratified estimate. */
  examples: number;
  rows: number;
  latent: number;
  /** Uniform numbers that one draw from the prior takes. */
  uniforms: number;
}

/** What of a run's settings of the KL means anything to an objective. */
export interface KlControls {
  beta: boolean;
  capacity: boolean;
  freeBits: boolean;
  /** Said after its name in errors, where they depend on its configuration: "with alpha 1" */
  when?: string;
}

/** A kind of objective: its configuration as it stands in files, and how it is made. */
export interface ObjectiveKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  controls(config: C): KlControls;
  /** Whether the KL, or a part of it, is in what is minimised at that weight of it: else nothing trains it. */
  trainsKl(config: C, beta: number): boolean;
  /** @throws UsageError for sizes that it cannot do with */
  create(config: C, sizes: ObjectiveSizes): Objective;
}
