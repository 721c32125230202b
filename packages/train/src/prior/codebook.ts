import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { constantTo } from "../stop-gradient.js";
import { tf } from "../tfjs.js";
import { pickEvenly } from "./gaussian-mixture.js";
import type { PriorKind, Quantized } from "./types.js";
import { initialStream, variableOf } from "./variables.js";

export interface CodebookConfig {
  kind: "codebook";
  /** Default 512. */
  codes: number;
  /** Latent dimensions that one code stands for. Default 8. */
  dimension: number;
}

/**
 * Discrete latents: each group of `dimension` latent dimensions is one of `codes` vectors, all equally likely
 * (van den Oord et al. 2017, section 3.1): ln p(z) = -groups ln codes, a probability and no density. Learned by
 * objective vq alone.
 *
 * Buffers: prior/codebook and prior/sum [codes, dimension], prior/count [codes]: the codes, and the moving averages that
 * they follow. Codes start uniform in +-sqrt(3 / dimension), which has the variance 1 / dimension (Sonnet's choice): near
 * what an encoder's untrained last layer gives. Counts start at 1 and sums at the codes. A code stays where it is for as
 * long as nothing is assigned to it.
 */
export const codebook: PriorKind<CodebookConfig> = {
  schema: z.strictObject({
    kind: z.literal("codebook"),
    codes: z.number().int("must be a whole number").min(2, "must be at least 2").default(512),
    dimension: z.number().int("must be a whole number").min(1, "must be at least 1").default(8),
  }),
  check({ dimension }, { latent }) {
    if (latent % dimension === 0) return;
    throw new UsageError(
      `prior codebook: latent must be a multiple of dimension, got latent ${latent} and dimension ${dimension}.`,
    );
  },
  create({ codes, dimension }, { latent, seed }) {
    const groups = latent / dimension;
    const shape = [codes, dimension] as const;
    const limit = Math.sqrt(3 / dimension);
    const values = initialStream(seed).uniform(new Float32Array(codes * dimension));
    for (let i = 0; i < values.length; i++) values[i] = (2 * values[i]! - 1) * limit;
    const vectors = variableOf("prior/codebook", values, shape, false);
    const count = variableOf("prior/count", new Float32Array(codes).fill(1), [codes], false);
    const sum = variableOf("prior/sum", values.slice(), shape, false);
    const look = (indices: tf.Tensor) =>
      tf.reshape(tf.gather(vectors.variable, tf.reshape(indices, [-1])), [-1, latent]);
    return {
      name: "codebook",
      variables: [],
      buffers: [vectors, count, sum],
      uniforms: groups,
      logProb: (z) => tf.fill([z.shape[0]!], -groups * Math.log(codes)),
      kl: null,
      sample: ({ uniform }) => look(pickEvenly(uniform!, codes)),
      quantize(encoded): Quantized {
        const nearest = constantTo(() => nearestCode(encoded, vectors.variable));
        return { z: look(nearest), codes: tf.reshape(nearest, [-1, groups]) };
      },
    };
  },
};

/** encoded [batch, latent], codes [codes, dimension] -> the code at the smallest distance [batch * groups] int32 */
function nearestCode(encoded: tf.Tensor, codes: tf.Tensor): tf.Tensor {
  const [count, dimension] = codes.shape as [number, number];
  const vectors = tf.reshape(encoded, [-1, dimension]) as tf.Tensor2D;
  // |v - e|^2 without |v|^2, which is the same for all codes.
  const products = tf.matMul(vectors, codes as tf.Tensor2D, false, true);
  const lengths = tf.reshape(tf.sum(tf.square(codes), 1), [1, count]);
  return tf.argMin(tf.sub(lengths, tf.mul(products, 2)), 1);
}
