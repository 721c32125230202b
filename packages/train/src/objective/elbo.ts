import { z } from "zod";
import { tf } from "../tfjs.js";
import type { ObjectiveKind } from "./types.js";

export interface ElboConfig {
  kind: "elbo";
}

/**
 * Negative evidence lower bound with a weighted KL, averaged over the batch; minimised, in nats per example:
 * loss = mean(-ln p(x|z)) + beta * mean(KL(q(z|x) || p(z))), z = mu + exp(logvar / 2) * eps
 * (Kingma & Welling 2013, eq. 10; beta: Higgins et al. 2017). beta = 1 is the ELBO itself.
 */
export const elbo: ObjectiveKind<ElboConfig> = {
  schema: z.strictObject({ kind: z.literal("elbo") }),
  controls: () => ({ beta: true, capacity: true, freeBits: true }),
  trainsKl: (_, beta) => beta > 0,
  create: () => ({
    name: "elbo",
    samples: 1,
    terms: [],
    noise: () => ({}),
    loss(pass) {
      const sample = pass.sample();
      const logPx = pass.logPx(sample);
      const kl = pass.kl(sample);
      return { loss: tf.sub(pass.weigh(kl), tf.mean(logPx)), logPx, kl };
    },
  }),
};
