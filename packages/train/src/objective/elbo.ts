import { tf } from "../tfjs.js";
import type { Objective } from "./types.js";

/**
 * Negative evidence lower bound with a weighted KL, averaged over the batch:
 * loss = mean(-ln p(x|z) + beta * KL(q(z|x) || p(z))), z = mu + exp(logvar / 2) * eps
 * (Kingma & Welling 2013, eq. 10; beta: Higgins et al. 2017). beta = 1 is the ELBO itself.
 */
export const elbo: Objective = {
  name: "elbo",
  latent: (mu, logvar, eps) => tf.add(mu, tf.mul(tf.exp(tf.mul(logvar, 0.5)), eps)),
  loss: ({ logPx, kl }, beta) => tf.mean(tf.sub(tf.mul(beta, tf.sum(kl, 1)), logPx)),
};
