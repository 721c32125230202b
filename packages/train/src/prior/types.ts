import type { tf } from "../tfjs.js";

/** p(z). Densities are in nats per example, summed over latent dimensions. */
export interface Prior {
  readonly name: string;
  /** z [batch, latent] -> ln p(z) [batch] */
  logProb(z: tf.Tensor): tf.Tensor;
  /** KL(q(z|x) || p(z)) per latent dimension: mu, logvar [batch, latent] -> [batch, latent] */
  kl(mu: tf.Tensor, logvar: tf.Tensor): tf.Tensor;
}
