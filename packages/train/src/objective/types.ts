import type { Vae } from "../model/vae.js";
import { tf } from "../tfjs.js";

/** What one forward pass of a VAE on a batch computed. */
export interface Forward {
  /** [batch, latent]; logvar is ln sigma^2 */
  mu: tf.Tensor;
  logvar: tf.Tensor;
  /** ln p(x|z) [batch], nats */
  logPx: tf.Tensor;
  /** KL(q(z|x) || p(z)) [batch, latent], nats */
  kl: tf.Tensor;
}

/** What training minimises. */
export interface Objective {
  readonly name: string;
  /** The latent that is decoded: mu, logvar, eps [batch, latent] -> [batch, latent]; eps is standard normal noise. */
  latent(mu: tf.Tensor, logvar: tf.Tensor, eps: tf.Tensor): tf.Tensor;
  /** Scalar loss in nats per example. beta is a scalar tensor that weighs the KL. */
  loss(forward: Forward, beta: tf.Tensor): tf.Tensor;
}

export interface ForwardInputs {
  /** [batch, ...shape] in the data's units */
  x: tf.Tensor;
  /** Standard normal noise [batch, latent]. */
  eps: tf.Tensor;
  /** Uniform noise [batch, features] for dynamic binarisation: a pixel is white with its grey value's probability. */
  uniform?: tf.Tensor;
}

/** Encode, choose a latent, decode and score. */
export function forward(vae: Vae, objective: Objective, { x, eps, uniform }: ForwardInputs): Forward {
  const grey = vae.scale(x);
  const target = uniform ? tf.cast(tf.less(uniform, grey), "float32") : grey;
  const { mu, logvar } = vae.encodeScaled(target);
  const z = objective.latent(mu, logvar, eps);
  const logPx = vae.likelihood.logProb(target, vae.decodeParameters(z));
  return { mu, logvar, logPx, kl: vae.prior.kl(mu, logvar) };
}
