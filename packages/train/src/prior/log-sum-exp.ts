import { stopGradient } from "../stop-gradient.js";
import { tf } from "../tfjs.js";

/**
 * ln sum exp(x) along one axis, which goes; the largest element is taken out, so that nothing overflows. Its gradient is
 * the softmax: tfjs's own logSumExp differentiates through the largest element too, which cancels but costs.
 */
export function logSumExp(x: tf.Tensor, axis: number): tf.Tensor {
  const largest = stopGradient(tf.max(x, axis, true));
  const sum = tf.sum(tf.exp(tf.sub(x, largest)), axis, true);
  return tf.squeeze(tf.add(tf.log(sum), largest), [axis]);
}
