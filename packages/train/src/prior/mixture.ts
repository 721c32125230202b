import { z } from "zod";
import { mixtureLogProb, mixtureSample } from "./gaussian-mixture.js";
import type { PriorKind } from "./types.js";
import { initialStream, variableOf } from "./variables.js";

export interface MixtureConfig {
  kind: "mixture";
  /** Gaussians. Default 10. */
  components: number;
}

/**
 * A learned mixture of Gaussians: p(z) = sum_k w_k N(z; mean_k, exp(logvar_k)), w = softmax(logits)
 * (Dilokthanakul et al. 2016; "MoG" in Tomczak & Welling 2018, section 5). KL(q || p) has no closed form.
 *
 * Variables: prior/logits [components], prior/mean and prior/logvar [components, latent]. At the start all weigh the same,
 * the means are standard normal draws and the variances 1. ln p of n samples takes n * components * latent numbers of memory.
 */
export const mixture: PriorKind<MixtureConfig> = {
  schema: z.strictObject({
    kind: z.literal("mixture"),
    components: z.number().int("must be a whole number").min(1, "must be at least 1").default(10),
  }),
  check() {},
  create({ components }, { latent, seed }) {
    const size = components * latent;
    const logits = variableOf("prior/logits", new Float32Array(components), [components]);
    const mean = variableOf("prior/mean", initialStream(seed).normal(new Float32Array(size)), [
      components,
      latent,
    ]);
    const logvar = variableOf("prior/logvar", new Float32Array(size), [components, latent]);
    const gaussians = { logits: logits.variable, mean: mean.variable, logvar: logvar.variable };
    return {
      name: "mixture",
      variables: [logits, mean, logvar],
      buffers: [],
      uniforms: 1,
      logProb: (z) => mixtureLogProb(z, gaussians),
      kl: null,
      sample: ({ eps, uniform }) => mixtureSample(gaussians, eps, uniform!),
      quantize: null,
    };
  },
};
