import { tf } from "../tfjs.js";

/** PyTorch's; what is clipped ends that little below the limit. */
const tiny = 1e-6;

/**
 * Gradients scaled down together where their norm over all of them is above a limit (Pascanu et al. 2013,
 * algorithm 1, as PyTorch's clip_grad_norm_): g <- g min(1, limit / (norm + 1e-6)), norm = sqrt(sum g^2).
 *
 * Returns the norm before, a scalar, too. Gradients that are not finite stay so, and a norm that overflows is
 * Infinity and turns the others to zero: neither goes unnoticed by who reads the norm or the weights.
 */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  limit: number,
): { gradients: tf.Tensor[]; norm: tf.Tensor } {
  const norm = tf.sqrt(tf.addN(gradients.map(sumOfSquares)));
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, tiny)));
  return { gradients: gradients.map((gradient) => tf.mul(gradient, factor)), norm };
}

/** Row by row first, which ONNX Runtime does on all threads, and which adds up smaller float32 sums. */
function sumOfSquares(gradient: tf.Tensor): tf.Tensor {
  const squares = tf.square(gradient);
  return tf.sum(gradient.rank > 1 ? tf.sum(squares, -1) : squares);
}
