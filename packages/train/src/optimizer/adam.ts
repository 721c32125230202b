import { tf } from "../tfjs.js";
import type { Optimizer } from "./types.js";

const beta1 = 0.9;
const beta2 = 0.999;
/** tfjs's and Keras's; PyTorch uses 1e-8. */
const epsilon = 1e-7;

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with the moments kept as plain sums of decayed gradients,
 * m = (1 - beta1) M and v = (1 - beta2) V, so that both factors move into the step's two scalars:
 *
 *   M <- beta1 M + g,  V <- beta2 V + g^2,  w <- w - rate * M / (sqrt(V) + offset)
 *   rate = lr (1 - beta1) / (1 - beta1^t) / s,  offset = epsilon / s,  s = sqrt((1 - beta2) / (1 - beta2^t))
 *
 * The same numbers up to rounding, with ten instead of twelve passes over each weight.
 */
export const adam: Optimizer = {
  name: "adam",
  slots: ["M", "V"],
  defaultLearningRate: 1e-3,
  scalars(learningRate, step) {
    const s = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
    return { rate: (learningRate * (1 - beta1)) / (1 - beta1 ** step) / s, offset: epsilon / s };
  },
  update(weight, gradient, { M, V }, { rate, offset }) {
    const nextM = tf.add(tf.mul(M!, beta1), gradient);
    const nextV = tf.add(tf.mul(V!, beta2), tf.square(gradient));
    const change = tf.mul(rate!, tf.div(nextM, tf.add(tf.sqrt(nextV), offset!)));
    return { weight: tf.sub(weight, change), slots: { M: nextM, V: nextV } };
  },
};
