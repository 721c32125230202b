import { tf } from "../tfjs.js";

const logTwoPi = Math.log(2 * Math.PI);

/** ln N(z; mu, exp(logvar)) summed over the latent axis: z, mu, logvar [batch, latent] -> [batch], nats. */
export function gaussianLogProb(z: tf.Tensor, mu: tf.Tensor, logvar: tf.Tensor): tf.Tensor {
  const scaled = tf.div(tf.square(tf.sub(z, mu)), tf.exp(logvar));
  return tf.mul(-0.5, tf.sum(tf.add(tf.add(scaled, logvar), logTwoPi), 1));
}

/** ln N(z; 0, 1) summed over the latent axis: z [batch, latent] -> [batch], nats. */
export function standardNormalLogProb(z: tf.Tensor): tf.Tensor {
  return tf.mul(-0.5, tf.sum(tf.add(tf.square(z), logTwoPi), 1));
}
