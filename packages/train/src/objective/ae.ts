import { tf } from "../tfjs.js";
import type { Objective } from "./types.js";

/** Plain autoencoder: the latent is mu, without noise, and nothing pulls it to the prior. loss = mean(-ln p(x|mu)). */
export const ae: Objective = {
  name: "ae",
  latent: (mu) => mu,
  loss: ({ logPx }) => tf.neg(tf.mean(logPx)),
};
