import { z } from "zod";
import { tf } from "../tfjs.js";
import { levelsSupport } from "./support.js";
import type { LikelihoodKind } from "./types.js";

export interface CategoricalConfig {
  kind: "categorical";
  /** Values that a feature has: 0, 1 / (levels - 1), ..., 1. */
  levels: number;
}

/**
 * A softmax over levels, per feature: ln p(x|z) = sum(x_logits[level of x] - ln sum over levels of e^x_logits), a
 * probability (van den Oord et al. 2016, "Pixel recurrent neural networks"). x_logits [batch, levels, features]: it knows
 * no order among levels, and its decoder has levels * features outputs.
 */
export const categorical: LikelihoodKind<CategoricalConfig> = {
  schema: z.strictObject({
    kind: z.literal("categorical"),
    levels: z.number().int().min(2).max(256).default(256),
  }),
  density: false,
  create({ levels }, { features }) {
    const along = () => tf.reshape(tf.range(0, levels), [1, levels, 1]);
    return {
      name: "categorical",
      parametersPerFeature: levels,
      variables: [],
      parameters: (raw) => ({ x_logits: tf.reshape(raw, [-1, levels, features]) }),
      mean({ x_logits }) {
        const weights = tf.exp(tf.sub(x_logits!, tf.max(x_logits!, 1, true)));
        const values = tf.div(along(), levels - 1);
        return tf.div(tf.sum(tf.mul(weights, values), 1), tf.sum(weights, 1));
      },
      logProb(x, { x_logits }) {
        const level = tf.expandDims(tf.round(tf.mul(x, levels - 1)), 1);
        const chosen = tf.cast(tf.equal(level, along()), "float32");
        return tf.sum(logSoftmaxAt(x_logits!, chosen), 1);
      },
      support: levelsSupport(levels),
      caveat: () => null,
    };
  },
};

/** Keeps tensors for the gradient. */
type Save = (tensors: tf.Tensor[]) => void;

/**
 * Log-softmax over axis 1 at one level: logits, chosen [batch, levels, features], chosen one-hot over levels ->
 * [batch, features]. Its gradient, chosen - softmax, is given: tfjs's would also go through the largest logit, to no effect.
 */
function logSoftmaxAt(logits: tf.Tensor, chosen: tf.Tensor): tf.Tensor {
  const of = tf.customGrad((...args) => {
    const [given, mask, save] = args as [tf.Tensor, tf.Tensor, Save];
    const shifted = tf.sub(given, tf.max(given, 1, true));
    const logTotal = tf.log(tf.sum(tf.exp(shifted), 1, true));
    save([shifted, logTotal, mask]);
    const value = tf.sub(tf.sum(tf.mul(shifted, mask), 1), tf.squeeze(logTotal, [1]));
    return {
      value,
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [logit, total, at] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const softmax = tf.exp(tf.sub(logit, total));
        return [tf.mul(tf.sub(at, softmax), tf.expandDims(dy, 1)), tf.zerosLike(at)];
      },
    };
  });
  return of(logits, chosen);
}
