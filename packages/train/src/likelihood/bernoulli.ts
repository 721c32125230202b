import { z } from "zod";
import { tf } from "../tfjs.js";
import type { LikelihoodKind } from "./types.js";

export interface BernoulliConfig {
  kind: "bernoulli";
}

/**
 * Bernoulli per feature, from logits: ln p(x|z) = sum x * l - ln(1 + e^l), exact for every l.
 * For x in {0, 1} this is the probability; for grey x it is the expected log-probability under dynamic
 * binarisation (Salakhutdinov & Murray 2008), and no density.
 */
export const bernoulli: LikelihoodKind<BernoulliConfig> = {
  schema: z.strictObject({ kind: z.literal("bernoulli") }),
  density: false,
  create: () => ({
    name: "bernoulli",
    parametersPerFeature: 1,
    variables: [],
    parameters: (raw) => ({ x_logits: raw }),
    mean: ({ x_logits }) => tf.sigmoid(x_logits!),
    logProb: (x, { x_logits }) => tf.sum(tf.sub(tf.mul(x, x_logits!), tf.softplus(x_logits!)), 1),
    support: { includes: (value) => value >= 0 && value <= 1, values: "0 to 1" },
    caveat: ({ binary, name }) =>
      binary
        ? null
        : `${name} has values between black and white, and a Bernoulli likelihood is a distribution over those two only: ` +
          "the ELBO is the expected one under dynamic binarisation, not a density of the picture. With binarize " +
          '"dynamic", each step draws black and white pictures.',
  }),
};
