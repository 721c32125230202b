import { tf } from "../tfjs.js";

export type MmdKernel = "rbf" | "imq";

/**
 * Kernels of a squared distance. rbf: exp(-|a - b|^2 / latent^2), as in the program of Zhao et al. 2019; imq: C / (C +
 * |a - b|^2) with C = 2 latent, the expected squared distance of two draws of N(0, 1) (Tolstikhin et al. 2018, section 4).
 */
const kernels: { readonly [K in MmdKernel]: (squared: tf.Tensor, latent: number) => tf.Tensor } = {
  rbf: (squared, latent) => tf.exp(tf.mul(squared, -1 / latent ** 2)),
  imq: (squared, latent) => tf.div(2 * latent, tf.add(squared, 2 * latent)),
};

/**
 * Maximum mean discrepancy of two samples, a and b [rows, latent] -> scalar >= 0: mean k(a, a') + mean k(b, b') -
 * 2 mean k(a, b) over all pairs, those of a row with itself included (the biased estimate of Gretton et al. 2012, eq. 5).
 */
export function mmd(a: tf.Tensor, b: tf.Tensor, kernel: MmdKernel): tf.Tensor {
  const [rows, latent] = a.shape as [number, number];
  // One matrix for all pairs: a's rows, then b's, with the sign that each pair has in the mean.
  const all = tf.concat([a, b], 0) as tf.Tensor2D;
  const lengths = tf.sum(tf.square(all), 1, true);
  const products = tf.matMul(all, all, false, true);
  const squared = tf.sub(tf.add(lengths, tf.transpose(lengths)), tf.mul(products, 2));
  const values = kernels[kernel](squared, latent);
  const sign = tf.tensor1d([...Array(rows).fill(1), ...Array(b.shape[0]!).fill(-1)]);
  const bySign = tf.mul(tf.mul(values, tf.expandDims(sign, 0)), tf.expandDims(sign, 1));
  return tf.mul(tf.sum(bySign), 1 / rows ** 2);
}
