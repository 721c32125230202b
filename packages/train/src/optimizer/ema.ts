import { tf } from "../tfjs.js";

/**
 * Share of the present weights in their exponential moving average after a step, counted from 1: with a decay d,
 * 1 - min(d, 1 - 1/step) = max(1 - d, 1/step).
 *
 * At first that is the running mean of all weights so far, and from step 1 / (1 - d) on the moving average: a plain one
 * would hold on to the initial weights, or to zeros, for about as many steps (Polyak & Juditsky 1992 for the mean). The
 * first share is 1, so what the average holds before does not matter and zeros will do. It is the share and not the
 * decay because float32 holds 0.0001 better than it holds 1 - 0.9999.
 */
export function emaShare(decay: number, step: number): number {
  return Math.max(1 - decay, 1 / step);
}

/** The next average, average + share (weight - average); average, weight of one shape, share a scalar */
export function updateEma(average: tf.Tensor, weight: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return tf.add(average, tf.mul(share, tf.sub(weight, average)));
}
