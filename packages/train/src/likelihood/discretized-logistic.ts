import { z } from "zod";
import { tf } from "../tfjs.js";
import { locationScale, startDeviation } from "./location-scale.js";
import { levelsSupport } from "./support.js";
import type { LikelihoodKind } from "./types.js";

export interface DiscretizedLogisticConfig {
  kind: "discretized-logistic";
  /** s on the scale 0 to 1: "per-element" (the decoder gives each) or "shared" (one that is learned). */
  scale: "shared" | "per-element";
}

const levels = 256;
const halfLevel = 0.5 / (levels - 1);

/** PixelCNN++'s least ln s, -7 on the scale -1 to 1: a level's own probability is at most 0.97. */
const floor = Math.exp(-7) / 2;
/** Black and white at even odds, up to 0.05 nats. The mean's float32 error is some 1e-7 of the scale: no more than 6e-7. */
const ceiling = 5;

/**
 * A logistic distribution rounded to 256 levels, per feature, the outer two taking the tails (Kingma et al. 2016,
 * "Improving variational inference with inverse autoregressive flow", appendix; Salimans et al. 2017, PixelCNN++):
 * p(x|z) = sigmoid(a) - sigmoid(b), a, b = (x +- 1/510 - x_loc) / s; sigmoid(a) at x = 0; 1 - sigmoid(b) at x = 1.
 * ln p(x|z) = sum(-softplus(-a) - softplus(b) + ln(1 - e^(b - a))), the same without a difference of equals: exact
 * for every a and b, where PixelCNN++ falls back on the density. A probability: at most 0 nats.
 *
 * scale "per-element", the default, since a probability cannot run away as a density does: x_logscale =
 * ln(floor + start e^raw), start of standard deviation pi s / sqrt(3) = 0.3. "shared": likelihood/log_scale, s =
 * floor + e^log_scale. x_loc = raw + 1/2 is not held within 0 to 1: what is black for certain has its centre far below.
 *
 * The mean is that of the logistic held within 0 to 1 and not rounded, s (softplus(x_loc / s) - softplus((x_loc - 1) / s))
 * without its difference of equals, which is within half a level of E[x|z] however small s is, and within 2e-5 where s is two levels or more.
 */
export const discretizedLogistic: LikelihoodKind<DiscretizedLogisticConfig> = {
  schema: z.strictObject({
    kind: z.literal("discretized-logistic"),
    scale: z.enum(["shared", "per-element"]).default("per-element"),
  }),
  density: false,
  create({ scale: kind }, { features }) {
    const scale = locationScale({
      kind,
      features,
      location: "free",
      output: "x_logscale",
      variable: "log_scale",
      power: 1,
      start: (startDeviation * Math.sqrt(3)) / Math.PI,
      floor,
      ceiling,
    });
    return {
      name: "discretized-logistic",
      parametersPerFeature: scale.parametersPerFeature,
      variables: scale.variables,
      parameters: scale.parameters,
      mean(parameters) {
        const { x_loc } = parameters;
        const s = tf.exp(scale.logOf(parameters));
        const tail = (end: number) => tf.softplus(tf.neg(tf.div(tf.abs(tf.sub(x_loc!, end)), s)));
        return tf.add(tf.clipByValue(x_loc!, 0, 1), tf.mul(s, tf.sub(tail(0), tail(1))));
      },
      logProb(x, parameters) {
        const precision = tf.exp(tf.neg(scale.logOf(parameters)));
        const centre = tf.mul(tf.sub(x, parameters.x_loc!), precision);
        const half = tf.mul(precision, halfLevel);
        // ln(1 - e^-2h) = ln(2t / (1 + t)), t = tanh(h), which keeps its digits for small h.
        const t = tf.tanh(half);
        const width = tf.log(tf.div(tf.mul(t, 2), tf.add(t, 1)));
        const aboveBlack = tf.step(tf.sub(x, halfLevel));
        const belowWhite = tf.step(tf.sub(1 - halfLevel, x));
        const upper = tf.mul(belowWhite, tf.softplus(tf.neg(tf.add(centre, half))));
        const lower = tf.mul(aboveBlack, tf.softplus(tf.sub(centre, half)));
        const inner = tf.mul(tf.mul(aboveBlack, belowWhite), width);
        return tf.sum(tf.sub(tf.sub(inner, upper), lower), 1);
      },
      support: levelsSupport(levels),
      caveat: () => null,
    };
  },
};
