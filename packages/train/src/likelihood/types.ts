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
  /** raw [batch, features * parametersPerFeature] -> named parameters, each [batch, features] */
  parameters(raw: tf.Tensor): Tensors;
  /** parameters -> E[x|z] [batch, features] */
  mean(parameters: Tensors): tf.Tensor;
  /** x [batch, features], parameters -> ln p(x|z) [batch] */
  logProb(x: tf.Tensor, parameters: Tensors): tf.Tensor;
  /** A sentence where data of these values are no sample of this distribution, else null. */
  caveat(data: { binary: boolean; name: string }): string | null;
}
