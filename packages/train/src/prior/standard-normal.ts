import { z } from "zod";
import { tf } from "../tfjs.js";
import { standardNormalLogProb } from "./gaussian.js";
import type { PriorKind } from "./types.js";

export interface StandardNormalConfig {
  kind: "standard-normal";
}

/** N(0, 1) in each latent dimension; its KL in closed form (Kingma & Welling 2013, appendix B). */
export const standardNormal: PriorKind<StandardNormalConfig> = {
  schema: z.strictObject({ kind: z.literal("standard-normal") }),
  check() {},
  create: () => ({
    name: "standard-normal",
    variables: [],
    buffers: [],
    uniforms: 0,
    logProb: standardNormalLogProb,
    kl: (mu, logvar) => tf.mul(0.5, tf.sub(tf.add(tf.square(mu), tf.exp(logvar)), tf.add(logvar, 1))),
    sample: ({ eps }) => tf.clone(eps),
    quantize: null,
  }),
};
