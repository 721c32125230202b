import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { tf } from "../tfjs.js";
import { type MmdKernel, mmd } from "./mmd.js";
import type { ObjectiveKind } from "./types.js";

export interface InfoVaeConfig {
  kind: "infovae";
  /** Weight of the mutual information of x and z. 1 takes the KL out, which leaves the MMD-VAE. Default 0. */
  alpha: number;
  /** Weight of the distance of q(z) to the prior. Default 1000: it brings the MMD, some 1e-3, to the size of nats. */
  lambda: number;
  /** Default "rbf". */
  kernel: MmdKernel;
}

/**
 * InfoVAE (Zhao et al. 2019, eq. 6) with the maximum mean discrepancy as its divergence; minimised, in nats per example:
 * loss = mean(-ln p(x|z)) + beta (1 - alpha) mean(KL(q(z|x) || p(z))) + (alpha + lambda - 1) MMD(q(z), p(z)).
 * beta is the run's weight of the KL: a warm-up raises the KL's part, and the MMD has its full weight from the start.
 * alpha = 0, lambda = 1 is the ELBO. Term mmd: between the batch's z and as many draws from the prior, without its weight;
 * at least 0, and smaller is nearer. Kernels and estimate: `mmd`.
 */
export const infovae: ObjectiveKind<InfoVaeConfig> = {
  schema: z.strictObject({
    kind: z.literal("infovae"),
    alpha: z.number().max(1, "must be at most 1").default(0),
    lambda: z.number().default(1000),
    kernel: z.enum(["rbf", "imq"]).default("rbf"),
  }),
  controls({ alpha }) {
    const weighed = alpha !== 1;
    return { beta: weighed, capacity: weighed, freeBits: weighed, when: `with alpha ${alpha}` };
  },
  trainsKl: ({ alpha }, beta) => alpha !== 1 && beta > 0,
  create({ alpha, lambda, kernel }, { uniforms }) {
    const weight = alpha + lambda - 1;
    if (weight < 0) {
      throw new UsageError(
        `objective infovae: alpha + lambda - 1 must not be negative, or q(z) is driven away from the prior; got alpha ${alpha}, lambda ${lambda}.`,
      );
    }
    return {
      name: "infovae",
      samples: 1,
      terms: ["mmd"],
      noise: ({ rows, latent }) => ({
        prior_eps: { shape: [rows, latent], of: "normal" },
        ...(uniforms > 0 && { prior_uniform: { shape: [rows, uniforms], of: "uniform" } }),
      }),
      loss(pass) {
        const sample = pass.sample();
        const logPx = pass.logPx(sample);
        const kl = pass.kl(sample);
        const { prior_eps: eps, prior_uniform: uniform } = pass.inputs;
        const distance = mmd(sample, pass.vae.prior.sample({ eps: eps!, uniform }), kernel);
        const fit = tf.sub(tf.mul(distance, weight), tf.mean(logPx));
        return {
          loss: alpha === 1 ? fit : tf.add(fit, tf.mul(pass.weigh(kl), 1 - alpha)),
          logPx,
          kl,
          terms: { mmd: distance },
        };
      },
    };
  },
};
