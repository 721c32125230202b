import { z } from "zod";
import { gaussianLogProb } from "../prior/gaussian.js";
import { logSumExp } from "../prior/log-sum-exp.js";
import { constantTo, stopGradient } from "../stop-gradient.js";
import { tf } from "../tfjs.js";
import type { Pass } from "./pass.js";
import type { ObjectiveKind } from "./types.js";

export interface IwaeConfig {
  kind: "iwae";
  /** Draws of z per example, K. Default 5. */
  samples: number;
  /** The encoder's gradient: of the bound as it stands, or doubly reparameterised, with less noise. Default "standard". */
  gradient: "standard" | "dreg";
}

/**
 * Importance-weighted bound of K draws per example (Burda et al. 2016, eq. 8); minimised, in nats per example:
 * loss = -mean(ln 1/K sum_k w_k), ln w_k = ln p(x|z_k) + beta (ln p(z_k) - ln q(z_k|x)), z_k = mu + exp(logvar / 2) eps_k.
 * beta = 1 is the bound itself, K = 1 the sampled ELBO. Term iwae: the bound at beta = 1; higher is better.
 *
 * Gradient "dreg": the loss is the same number. With shares s_k = w_k / sum w, the encoder's gradient leaves the
 * density's own parameters out and weighs what comes through z_k once more (Tucker et al. 2019, eq. 8):
 * sum_k s_k (1 - beta + beta s_k) d ln w_k / dz_k dz_k / dphi, the paper's s_k^2 at beta = 1. Its expectation is that of
 * the standard gradient, at any beta; its noise does not grow with K. Decoder and prior have the usual gradient.
 */
export const iwae: ObjectiveKind<IwaeConfig> = {
  schema: z.strictObject({
    kind: z.literal("iwae"),
    samples: z.number().int("must be a whole number").min(1, "must be at least 1").default(5),
    gradient: z.enum(["standard", "dreg"]).default("standard"),
  }),
  controls: () => ({ beta: true, capacity: false, freeBits: false }),
  trainsKl: (_, beta) => beta > 0,
  create: ({ samples, gradient }) => ({
    name: "iwae",
    samples,
    terms: ["iwae"],
    noise: () => ({}),
    loss(pass) {
      const bound = gradient === "dreg" ? doublyReparameterized(pass, samples) : standard(pass, samples);
      const { logPx, logRatio } = bound;
      const perSample = (values: tf.Tensor) => tf.reshape(values, [samples, pass.batch]);
      const closed = pass.vae.prior.kl;
      return {
        loss: bound.loss,
        logPx: tf.mean(perSample(logPx), 0),
        kl: closed
          ? closed(pass.mu, pass.logvar)
          : tf.reshape(tf.neg(tf.mean(perSample(logRatio), 0)), [pass.batch, 1]),
        terms: { iwae: constantTo(() => boundOf(perSample(tf.add(logPx, logRatio)))) },
      };
    },
  }),
};

/** The loss, with ln p(x|z) and ln p(z) - ln q(z|x) [samples * batch]. */
interface Bound {
  loss: tf.Tensor;
  logPx: tf.Tensor;
  logRatio: tf.Tensor;
}

/** ln w [samples, batch] -> the bound's mean over the batch */
function boundOf(logWeights: tf.Tensor): tf.Tensor {
  return tf.sub(tf.mean(logSumExp(logWeights, 0)), Math.log(logWeights.shape[0]!));
}

function standard(pass: Pass, samples: number): Bound {
  const sample = pass.sample();
  const logPx = pass.logPx(sample);
  const logRatio = tf.sub(pass.logPz(sample), pass.logQz(sample));
  const logWeights = tf.add(logPx, tf.mul(pass.beta, logRatio));
  return { loss: tf.neg(boundOf(tf.reshape(logWeights, [samples, pass.batch]))), logPx, logRatio };
}

function doublyReparameterized(pass: Pass, samples: number): Bound {
  // The gradient arrives at the weights first, and then at z: by then the factor of each draw is known.
  let factor: tf.Tensor | null = null;
  const sample = tf.customGrad((drawn) => ({
    value: tf.reshape(drawn as tf.Tensor, (drawn as tf.Tensor).shape),
    gradFunc: (dz: tf.Tensor) => tf.mul(dz, factor!),
  }))(pass.sample());
  const repeat = (rows: tf.Tensor) => tf.tile(stopGradient(rows), [samples, 1]);
  const logPx = pass.logPx(sample);
  const logQz = gaussianLogProb(sample, repeat(pass.mu), repeat(pass.logvar));
  const logRatio = tf.sub(pass.logPz(sample), logQz);
  const logWeights = tf.reshape(tf.add(logPx, tf.mul(pass.beta, logRatio)), [samples, pass.batch]);
  const loss = tf.customGrad((given, save) => {
    const weights = given as tf.Tensor;
    const shares = tf.softmax(tf.transpose(weights));
    (save as tf.GradSaveFunc)([tf.transpose(shares)]);
    return {
      value: tf.neg(boundOf(weights)),
      gradFunc(dy: tf.Tensor, [share]: tf.Tensor[]) {
        const once = tf.add(tf.sub(1, pass.beta), tf.mul(pass.beta, share!));
        factor = tf.reshape(once, [-1, 1]);
        return tf.mul(dy, tf.mul(share!, -1 / pass.batch));
      },
    };
  })(logWeights);
  return { loss, logPx, logRatio };
}
