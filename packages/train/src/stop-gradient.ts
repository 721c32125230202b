import { tf } from "./tfjs.js";

/**
 * The value of a computation as a constant to the gradient, which does not flow into it. Nothing in it is
 * differentiated, so operations without a gradient may be in it: argMin, oneHot, casts to integers.
 */
export function constantTo(compute: () => tf.Tensor): tf.Tensor {
  return tf.customGrad(() => {
    const value = compute();
    // tfjs writes a clone onto the tape even here: the result must be another tensor than it, and than any input.
    return { value: tf.reshape(value, value.shape), gradFunc: () => [] };
  })();
}

/** x, of which the gradient knows nothing. Any shape and type. */
export function stopGradient(x: tf.Tensor): tf.Tensor {
  return constantTo(() => x);
}
