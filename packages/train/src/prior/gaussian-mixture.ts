import { constantTo } from "../stop-gradient.js";
import { tf } from "../tfjs.js";
import { logSumExp } from "./log-sum-exp.js";

/** Gaussians with diagonal covariances, mean and logvar [components, latent]; logvar is ln sigma^2. */
export interface GaussianMixture {
  /** Unnormalised ln of the weights [components]; null: all weigh the same. */
  logits: tf.Tensor | null;
  mean: tf.Tensor;
  logvar: tf.Tensor;
}

/**
 * ln sum_k w_k N(z; mean_k, exp(logvar_k)): z [samples, latent] -> [samples], nats.
 *
 * The differences [samples, components, latent] are written out: |z|^2 - 2 z mean + |mean|^2 by a matrix product would be
 * faster, but loses all digits where components are narrow and far out.
 */
export function mixtureLogProb(z: tf.Tensor, { logits, mean, logvar }: GaussianMixture): tf.Tensor {
  const [components] = mean.shape as [number, number];
  const difference = tf.sub(tf.expandDims(z, 1), tf.expandDims(mean, 0));
  const scaled = tf.mul(difference, tf.expandDims(tf.exp(tf.mul(logvar, -0.5)), 0));
  const volume = tf.sum(tf.mul(tf.add(logvar, Math.log(2 * Math.PI)), 0.5), 1);
  const logWeights = logits
    ? tf.sub(logits, logSumExp(logits, 0))
    : tf.fill([components], -Math.log(components));
  const constants = tf.reshape(tf.sub(logWeights, volume), [1, components]);
  const distance = tf.sum(tf.square(scaled), 2);
  return logSumExp(tf.sub(constants, tf.mul(distance, 0.5)), 1);
}

/**
 * A draw of each row's component, then of z: eps [samples, latent], uniform [samples, 1] -> z [samples, latent].
 * The component is the inverse of the weights' cumulative distribution at the uniform number; gradients flow into mean
 * and logvar, and not through that choice into the weights.
 */
export function mixtureSample(
  { logits, mean, logvar }: GaussianMixture,
  eps: tf.Tensor,
  uniform: tf.Tensor,
): tf.Tensor {
  const [components] = mean.shape as [number, number];
  const component = constantTo(() => {
    if (!logits) return pickEvenly(uniform, components);
    const cumulative = tf.reshape(tf.cumsum(tf.softmax(logits)), [1, components]);
    const passed = tf.sum(tf.cast(tf.greaterEqual(uniform, cumulative), "float32"), 1);
    // The weights' sum may round to less than the uniform number.
    return tf.cast(tf.minimum(passed, components - 1), "int32");
  });
  const rows = tf.reshape(component, [-1]);
  const sigma = tf.exp(tf.mul(tf.gather(logvar, rows), 0.5));
  return tf.add(tf.gather(mean, rows), tf.mul(sigma, eps));
}

/** Numbers in [0, 1), multiples of 2^-24, -> integers in [0, count), of the same shape: count times them stays below it in float32 */
export function pickEvenly(uniform: tf.Tensor, count: number): tf.Tensor {
  return tf.cast(tf.floor(tf.mul(uniform, count)), "int32");
}
