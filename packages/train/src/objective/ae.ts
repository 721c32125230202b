import { z } from "zod";
import { tf } from "../tfjs.js";
import type { Pass } from "./pass.js";
import type { ObjectiveKind } from "./types.js";

export interface AeConfig {
  kind: "ae";
}

const atMean = (pass: Pass) => ({ logPx: pass.logPx(pass.mu), kl: pass.kl(pass.mu) });

/** Plain autoencoder: the latent is mu, without noise, and nothing pulls it to the prior. Minimises mean(-ln p(x|mu)), in nats. */
export const ae: ObjectiveKind<AeConfig> = {
  schema: z.strictObject({ kind: z.literal("ae") }),
  controls: () => ({ beta: false, capacity: false, freeBits: false }),
  trainsKl: () => false,
  create: () => ({
    name: "ae",
    samples: 1,
    terms: [],
    noise: () => ({}),
    loss(pass) {
      const parts = atMean(pass);
      return { loss: tf.neg(tf.mean(parts.logPx)), ...parts };
    },
    evaluate: atMean,
  }),
};
