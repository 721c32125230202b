import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { logSumExp } from "../prior/log-sum-exp.js";
import { tf } from "../tfjs.js";
import type { ObjectiveKind } from "./types.js";

export interface BetaTcConfig {
  kind: "beta-tc";
  /** Weight of the mutual information. Default 1. */
  alpha: number;
  /** Weight of the dimension-wise KL. Default 1. */
  gamma: number;
}

/**
 * beta-TCVAE (Chen et al. 2018, eq. 4): the KL in three parts, each with a weight of its own; minimised, nats per example.
 * loss = mean(-ln p(x|z)) + alpha MI + beta TC + gamma DWKL; beta is the run's weight of the KL. Terms, means over the batch:
 *   mutual_information  ln q(z|x) - ln q(z), of examples and latents
 *   total_correlation   ln q(z) - sum_d ln q(z_d), of latent dimensions among each other
 *   dimension_wise_kl   sum_d ln q(z_d) - ln p(z)
 * They add up to ln q(z|x) - ln p(z), so that all weights 1 are the sampled ELBO.
 *
 * q(z) is the average posterior of all N examples, estimated from a batch of M + 1 by stratified sampling (appendix C.2):
 * q(z_i) = sum_j W_ij q(z_i|x_j), with 1/N for the example itself, (N - M) / (N M) for the one after it and 1/M for the
 * others, which is q(z_i) in expectation over batches; its logarithm, and so each single term, is biased. The authors'
 * program has 1/N in its matrix's first column instead of its diagonal (github.com/rtqichen/beta-tcvae, pull request 1).
 */
export const betaTc: ObjectiveKind<BetaTcConfig> = {
  schema: z.strictObject({
    kind: z.literal("beta-tc"),
    alpha: z.number().min(0, "must not be negative").default(1),
    gamma: z.number().min(0, "must not be negative").default(1),
  }),
  controls: () => ({ beta: true, capacity: false, freeBits: false }),
  trainsKl: ({ alpha, gamma }, beta) => alpha + beta + gamma > 0,
  create({ alpha, gamma }, { examples, rows }) {
    if (rows < 2 || rows > examples) {
      throw new UsageError(
        `objective beta-tc compares the examples of a batch: it needs 2 or more, and no more than there are to train on, got batches of ${rows} from ${examples}.`,
      );
    }
    const logWeights = stratifiedWeights(rows, examples).map(Math.log);
    return {
      name: "beta-tc",
      samples: 1,
      terms: ["mutual_information", "total_correlation", "dimension_wise_kl"],
      noise: () => ({}),
      loss(pass) {
        const sample = pass.sample();
        const logPx = pass.logPx(sample);
        const pairs = pairLogProb(sample, pass.mu, pass.logvar);
        const weights = tf.tensor2d(logWeights, [rows, rows]);
        const logQ = logSumExp(tf.add(tf.sum(pairs, 2), weights), 1);
        const logProduct = tf.sum(logSumExp(tf.add(pairs, tf.expandDims(weights, 2)), 1), 1);
        const information = tf.mean(tf.sub(pass.logQz(sample), logQ));
        const correlation = tf.mean(tf.sub(logQ, logProduct));
        const dimensions = tf.mean(tf.sub(logProduct, pass.logPz(sample)));
        const divergence = tf.add(
          tf.add(tf.mul(information, alpha), tf.mul(correlation, pass.beta)),
          tf.mul(dimensions, gamma),
        );
        return {
          loss: tf.sub(divergence, tf.mean(logPx)),
          logPx,
          kl: pass.kl(sample),
          terms: {
            mutual_information: information,
            total_correlation: correlation,
            dimension_wise_kl: dimensions,
          },
        };
      },
    };
  },
};

/** ln q(z_id | x_j) [batch i, batch j, latent] */
function pairLogProb(sample: tf.Tensor, mu: tf.Tensor, logvar: tf.Tensor): tf.Tensor {
  const difference = tf.sub(tf.expandDims(sample, 1), tf.expandDims(mu, 0));
  // 1 / (sqrt(2) sigma): the half of the exponent is in it, where there are fewest numbers to multiply.
  const scale = tf.mul(tf.exp(tf.mul(logvar, -0.5)), Math.SQRT1_2);
  const constants = tf.mul(tf.add(logvar, Math.log(2 * Math.PI)), -0.5);
  return tf.sub(tf.expandDims(constants, 0), tf.square(tf.mul(difference, tf.expandDims(scale, 0))));
}

/** [batch * batch], each row of sum 1: what q(z_i|x_j) counts in the estimate of q(z_i) */
export function stratifiedWeights(batch: number, examples: number): Float32Array {
  const others = batch - 1;
  const weights = new Float32Array(batch * batch).fill(1 / others);
  for (let i = 0; i < batch; i++) {
    weights[i * batch + i] = 1 / examples;
    weights[i * batch + ((i + 1) % batch)] = (examples - others) / (examples * others);
  }
  return weights;
}
