import { z } from "zod";
import { constantTo, stopGradient } from "../stop-gradient.js";
import { tf } from "../tfjs.js";
import type { Pass } from "./pass.js";
import type { ObjectiveKind, Tensors } from "./types.js";

export interface VqConfig {
  kind: "vq";
  /** Weight of the encoder's distance to its codes. Default 0.25, the paper's. */
  commitment: number;
  /** How much of a code's moving averages stays in a step. Default 0.99. */
  decay: number;
}

/** Laplace smoothing of the counts, Sonnet's. */
const epsilon = 1e-5;

/**
 * VQ-VAE (van den Oord et al. 2017, eq. 3) with a codebook of moving averages (appendix A.1); minimised, in nats per example:
 * loss = mean(-ln p(x|z)) + commitment * mean over the batch of |mu - z|^2, summed over latent dimensions.
 * z: the codes nearest to the encoder's mu, whose gradient is z's (straight-through); logvar and the KL's weight have no
 * meaning here. The prior must be "codebook".
 *
 * Terms: commitment, that mean without its weight; perplexity, exp of the entropy of how often the batch uses each code,
 * from 1 (one code for all, the codebook has collapsed) to the number of codes.
 * The codebook: with n_i vectors of sum s_i at code i, count_i = decay count_i + (1 - decay) n_i, sum_i likewise, and
 * code_i = sum_i / ((count_i + eps) / (n + codes eps) n), n = sum of counts, eps = 1e-5. Where n_i = 0, code_i stays as it
 * is: sum_i / count_i does, and the smoothing, which is for counts of 0, would let it shrink to 0 as count_i does.
 *
 * kl is groups * ln codes for every example: the uniform prior's code length, as the posterior has no spread.
 */
export const vq: ObjectiveKind<VqConfig> = {
  schema: z.strictObject({
    kind: z.literal("vq"),
    commitment: z.number().min(0, "must not be negative").default(0.25),
    decay: z.number().min(0, "must be from 0 to below 1").lt(1, "must be from 0 to below 1").default(0.99),
  }),
  controls: () => ({ beta: false, capacity: false, freeBits: false }),
  trainsKl: () => false,
  create({ commitment, decay }) {
    return {
      name: "vq",
      samples: 1,
      terms: ["commitment", "perplexity"],
      noise: () => ({}),
      loss(pass) {
        const { z, codes } = pass.vae.prior.quantize!(pass.mu);
        const logPx = pass.logPx(straightThrough(pass.mu, z));
        const squares = tf.square(tf.sub(pass.mu, stopGradient(z)));
        const distance = tf.mean(tf.sum(squares, 1));
        const state = codebookOf(pass);
        const used = constantTo(() =>
          tf.oneHot(tf.reshape(codes, [-1]), state.count.shape[0]!, 1, 0, "float32"),
        );
        return {
          loss: tf.sub(tf.mul(distance, commitment), tf.mean(logPx)),
          logPx,
          kl: codeLength(pass),
          terms: { commitment: distance, perplexity: perplexity(used) },
          buffers: nextCodebook(state, used, stopGradient(pass.mu), decay),
        };
      },
      evaluate: (pass) => ({
        logPx: pass.logPx(pass.vae.prior.quantize!(pass.mu).z),
        kl: codeLength(pass),
      }),
    };
  },
};

interface Codebook {
  /** [codes, dimension] */
  codebook: tf.Tensor;
  /** [codes] */
  count: tf.Tensor;
  /** [codes, dimension] */
  sum: tf.Tensor;
}

function codebookOf(pass: Pass): Codebook {
  const { buffers } = pass.vae.prior;
  const named = (name: string) => buffers.find((buffer) => buffer.name === name)!.variable;
  return { codebook: named("prior/codebook"), count: named("prior/count"), sum: named("prior/sum") };
}

/** The value of z, with a gradient that goes to the encoder's output. */
function straightThrough(encoded: tf.Tensor, z: tf.Tensor): tf.Tensor {
  return tf.customGrad((given) => ({
    value: tf.reshape(z, (given as tf.Tensor).shape),
    gradFunc: (dz: tf.Tensor) => tf.reshape(dz, dz.shape),
  }))(encoded);
}

/** groups * ln codes [batch, 1] */
function codeLength(pass: Pass): tf.Tensor {
  return tf.reshape(tf.neg(pass.logPz(pass.mu)), [-1, 1]);
}

/** used [vectors, codes], one-hot */
function perplexity(used: tf.Tensor): tf.Tensor {
  const share = tf.mean(used, 0);
  return tf.exp(tf.neg(tf.sum(tf.mul(share, tf.log(tf.maximum(share, 1e-30))))));
}

/** used [vectors, codes] one-hot, encoded [batch, latent] */
function nextCodebook(state: Codebook, used: tf.Tensor, encoded: tf.Tensor, decay: number): Tensors {
  const [codes, dimension] = state.codebook.shape as [number, number];
  const vectors = tf.reshape(encoded, [-1, dimension]) as tf.Tensor2D;
  const average = (old: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(old, decay), tf.mul(now, 1 - decay));
  const assigned = tf.sum(used, 0);
  const count = average(state.count, assigned);
  const sum = average(state.sum, tf.matMul(used as tf.Tensor2D, vectors, true));
  const total = tf.sum(count);
  const smoothed = tf.mul(tf.add(count, epsilon), tf.div(total, tf.add(total, codes * epsilon)));
  const moved = tf.div(sum, tf.reshape(smoothed, [codes, 1]));
  const isAssigned = tf.reshape(tf.greater(assigned, 0), [codes, 1]);
  return {
    "prior/codebook": tf.where(isAssigned, moved, state.codebook),
    "prior/count": count,
    "prior/sum": sum,
  };
}
