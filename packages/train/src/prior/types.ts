import type { z } from "zod";
import type { Parameter } from "../parameter.js";
import type { tf } from "../tfjs.js";

/** Random numbers that a draw from the prior takes. */
export interface PriorNoise {
  /** Standard normal [samples, latent]. */
  eps: tf.Tensor;
  /** Uniform in [0, 1), [samples, uniforms]; only where `uniforms` is above 0. */
  uniform?: tf.Tensor;
}

/** p(z). Densities are in nats per example, summed over latent dimensions. */
export interface Prior {
  readonly name: string;
  /** Variables that training changes by their gradients. */
  readonly variables: readonly Parameter[];
  /** Variables that a training step sets without a gradient: a codebook and its counts. */
  readonly buffers: readonly Parameter[];
  /** Uniform numbers that one draw takes. */
  readonly uniforms: number;
  /** z [samples, latent] -> ln p(z) [samples] */
  logProb(z: tf.Tensor): tf.Tensor;
  /**
   * KL(q(z|x) || p(z)) per latent dimension in closed form: mu, logvar [batch, latent] -> [batch, latent].
   * Null where there is none: ln q(z|x) - ln p(z) at the sample is its estimate, then.
   */
  readonly kl: ((mu: tf.Tensor, logvar: tf.Tensor) => tf.Tensor) | null;
  /** noise -> z [samples, latent] */
  sample(noise: PriorNoise): tf.Tensor;
  /** Latents that are one of a few codes: the encoder's output [batch, latent] -> the nearest codes. Else null. */
  readonly quantize: ((encoded: tf.Tensor) => Quantized) | null;
}

export interface Quantized {
  /** [batch, latent], each group of dimensions replaced by its nearest code */
  z: tf.Tensor;
  /** The codes' numbers [batch, groups] int32 */
  codes: tf.Tensor;
}

export interface PriorSizes {
  latent: number;
  features: number;
  seed: number;
  /** x [n, features] on the model's scale -> mu, logvar [n, latent], as in inference; for priors made of posteriors. */
  encode(x: tf.Tensor): { mu: tf.Tensor; logvar: tf.Tensor };
}

/** A kind of prior: its configuration as it stands in files, and how it is made. */
export interface PriorKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** @throws UsageError where sizes do not fit; `conditional`: whether the model takes conditions */
  check(config: C, sizes: { latent: number; conditional: boolean }): void;
  create(config: C, sizes: PriorSizes): Prior;
}
