import { tf } from "../tfjs.js";
import { standardNormalLogProb } from "./gaussian.js";
import type { Prior } from "./types.js";

/** N(0, 1) in each latent dimension; its KL in closed form (Kingma & Welling 2013, appendix B). */
export const standardNormal: Prior = {
  name: "standard-normal",
  logProb: standardNormalLogProb,
  kl: (mu, logvar) => tf.mul(0.5, tf.sub(tf.add(tf.square(mu), tf.exp(logvar)), tf.add(logvar, 1))),
};
