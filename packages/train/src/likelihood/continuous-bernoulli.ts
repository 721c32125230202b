import { z } from "zod";
import { tf } from "../tfjs.js";
import type { LikelihoodKind } from "./types.js";

export interface ContinuousBernoulliConfig {
  kind: "continuous-bernoulli";
}

/**
 * Continuous Bernoulli per feature (Loaiza-Ganem & Cunningham 2019), from logits l: a density on 0 to 1,
 * ln p(x|z) = sum(x ln p + (1 - x) ln(1 - p) + ln C(p)), p = sigmoid(l), C(p) = 2 artanh(1 - 2p) / (1 - 2p), that is
 * sum(x l - ln((e^l - 1) / l)). Minus features * ln(255) nats, it is one in units of pixels 0 to 255.
 * E[x|z] = 1 / (1 - e^-l) - 1 / l, which is not p.
 */
export const continuousBernoulli: LikelihoodKind<ContinuousBernoulliConfig> = {
  schema: z.strictObject({ kind: z.literal("continuous-bernoulli") }),
  density: true,
  create: () => ({
    name: "continuous-bernoulli",
    parametersPerFeature: 1,
    variables: [],
    parameters: (raw) => ({ x_logits: raw }),
    mean: ({ x_logits }) => mean(x_logits!),
    logProb: (x, { x_logits }) => tf.sum(logDensity(x, x_logits!), 1),
    support: { includes: (value) => value >= 0 && value <= 1, values: "0 to 1" },
    caveat: ({ binary, name }) =>
      binary
        ? `${name} is black and white only, where the continuous Bernoulli's density grows without bound as the logits do: ` +
          "its nats say nothing then. Use the Bernoulli likelihood."
        : null,
  }),
};

/** Keeps tensors for the gradient. */
type Save = (tensors: tf.Tensor[]) => void;

/** Both closed forms are 0 / 0 at l = 0 (p = 1/2). Below this |l| their series are right to 2e-8, above it they are. */
const near = 1;

/** sum of coefficients[i] * square^i, by Horner's rule */
const polynomial = (square: tf.Tensor, coefficients: readonly number[]): tf.Tensor =>
  coefficients
    .slice(0, -1)
    .reduceRight<tf.Tensor>(
      (sum, coefficient) => tf.add(tf.mul(sum, square), coefficient),
      tf.scalar(coefficients.at(-1)!),
    );

/** 1 / (1 - e^-l) - 1 / l = 1/2 + coth(l / 2) / 2 - 1 / l = 1/2 + l/12 - l^3/720 + l^5/30240 - l^7/1209600 + ... */
function mean(l: tf.Tensor): tf.Tensor {
  const isNear = tf.less(tf.abs(l), near);
  // Neither branch sees values at which it, or its gradient, is not finite.
  const small = tf.clipByValue(l, -near, near);
  const large = tf.where(isNear, tf.onesLike(l), l);
  const series = tf.mul(small, polynomial(tf.square(small), [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600]));
  const closed = tf.sub(tf.div(0.5, tf.tanh(tf.mul(large, 0.5))), tf.div(1, large));
  return tf.add(tf.where(isNear, series, closed), 0.5);
}

/** ln((1 - e^-a) / a) for a = |l|: -a/2 + a^2/24 - a^4/2880 + a^6/181440 - a^8/9676800 + ... */
function logTail(l: tf.Tensor): tf.Tensor {
  const a = tf.abs(l);
  const small = tf.minimum(a, near);
  const large = tf.maximum(a, near);
  const square = tf.square(small);
  const even = tf.mul(square, polynomial(square, [1 / 24, -1 / 2880, 1 / 181440, -1 / 9676800]));
  const closed = tf.log(tf.div(tf.sub(1, tf.exp(tf.neg(large))), large));
  return tf.where(tf.less(a, near), tf.sub(even, tf.mul(small, 0.5)), closed);
}

/** x l - ln((e^l - 1) / l) = x l - max(l, 0) - ln((1 - e^-|l|) / |l|), elementwise; its gradient is x - mean. */
function logDensity(x: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const of = tf.customGrad((...args) => {
    const [value, l, save] = args as [tf.Tensor, tf.Tensor, Save];
    save([value, l]);
    return {
      value: tf.sub(tf.sub(tf.mul(value, l), tf.relu(l)), logTail(l)),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [at, logit] = saved as [tf.Tensor, tf.Tensor];
        return [tf.mul(dy, logit), tf.mul(dy, tf.sub(at, mean(logit)))];
      },
    };
  });
  return of(x, logits);
}
