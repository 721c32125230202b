import type { z } from "zod";
import type { Parameter } from "../parameter.js";
import type { tf } from "../tfjs.js";

export type Tensors = Record<string, tf.Tensor>;

/**
 * p(x|z): how a decoder's raw outputs become a distribution over x.
 * x and the mean are on the model's scale, [batch, features] in [0, 1] for pictures; log-densities are in
 * nats per example, summed over features, normalising constants included.
 */
export interface Likelihood {
  readonly name: string;
  /** Raw decoder outputs per feature. */
  readonly parametersPerFeature: number;
  /** Variables of its own that training changes, such as a shared sigma. */
  readonly variables: readonly Parameter[];
  /**
   * raw [batch, parametersPerFeature * features], block after block -> named parameters, each [batch, features]
   * (categorical: [batch, levels, features]), named x_...: they are the decoder's outputs beside x_mean
   */
  parameters(raw: tf.Tensor): Tensors;
  /** parameters -> E[x|z] [batch, features] */
  mean(parameters: Tensors): tf.Tensor;
  /** x [batch, features], parameters -> ln p(x|z) [batch] */
  logProb(x: tf.Tensor, parameters: Tensors): tf.Tensor;
  /** Whether it gives a value on the model's scale any probability; with `values`, what it does, for the error. */
  readonly support: { includes(value: number): boolean; values: string };
  /** A sentence where data of these values are no sample of this distribution, else null. */
  caveat(data: { binary: boolean; name: string }): string | null;
}

/** A kind of likelihood: its configuration as it stands in files, and how it is made. */
export interface LikelihoodKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** Whether ln p(x|z) is a density on the scale 0 to 1, which may be above 0 nats; else it is a probability. */
  readonly density: boolean;
  create(config: C, sizes: { features: number }): Likelihood;
}
