import { tf } from "../tfjs.js";
import type { Tensors } from "./types.js";

/** How the KL comes into the loss beside its weight. At most one of the two. */
export interface KlControl {
  /** Whether the KL is drawn to a capacity, which the host gives at each step: beta |KL - capacity|. */
  capacity: boolean;
  /** Nats that each group of latent dimensions has for free. */
  freeBits: { nats: number; group: number } | null;
}

export const plainKl: KlControl = { capacity: false, freeBits: null };

/**
 * The KL's part of the loss, a scalar in nats per example, from kl [batch, latent]:
 *   beta * mean over the batch of the sum over dimensions (Higgins et al. 2017);
 *   with a capacity C, beta * |mean KL - C| (Burgess et al. 2018, eq. 8);
 *   with free bits, beta * sum over groups of max(lambda, the group's KL averaged over the batch) (Kingma et al. 2016, eq. 15).
 */
export function weighKl(kl: tf.Tensor, { capacity, freeBits }: KlControl, inputs: Tensors): tf.Tensor {
  const beta = inputs.beta!;
  const [batch, dimensions] = kl.shape as [number, number];
  if (freeBits) {
    const { nats, group } = freeBits;
    const groups = group === 1 ? kl : tf.sum(tf.reshape(kl, [batch, dimensions / group, group]), 2);
    return tf.mul(beta, tf.sum(tf.maximum(tf.mean(groups, 0), nats)));
  }
  const mean = tf.mean(tf.sum(kl, 1));
  return tf.mul(beta, capacity ? tf.abs(tf.sub(mean, inputs.capacity!)) : mean);
}
