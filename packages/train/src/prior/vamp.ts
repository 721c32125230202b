import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { tf } from "../tfjs.js";
import { type GaussianMixture, mixtureLogProb, mixtureSample } from "./gaussian-mixture.js";
import type { PriorKind } from "./types.js";
import { initialStream, variableOf } from "./variables.js";

export interface VampConfig {
  kind: "vamp";
  /** Default 500, the paper's. */
  pseudoInputs: number;
}

/** Where pseudo-inputs start: the values of the paper's program for pictures. */
const start = { mean: 0.05, deviation: 0.01 };

/**
 * Variational mixture of posteriors: p(z) = 1/K sum_k q(z|u_k), the encoder's posteriors of K learned pseudo-inputs
 * (Tomczak & Welling 2018, eq. 9). KL(q || p) has no closed form.
 *
 * Variables: prior/pseudo_inputs [pseudoInputs, features] on the model's scale; the encoder sees them clipped to [0, 1],
 * as in the paper's program. They start as draws of N(0.05, 0.01^2). Each training step encodes all of them, and ln p of n
 * samples takes n * pseudoInputs * latent numbers of memory.
 */
export const vamp: PriorKind<VampConfig> = {
  schema: z.strictObject({
    kind: z.literal("vamp"),
    pseudoInputs: z.number().int("must be a whole number").min(1, "must be at least 1").default(500),
  }),
  check(_, { conditional }) {
    if (!conditional) return;
    throw new UsageError(
      "prior vamp encodes pseudo-inputs, for which a conditional model's encoder has no condition. Use another prior.",
    );
  },
  create({ pseudoInputs }, { features, seed, encode }) {
    const values = initialStream(seed).normal(new Float32Array(pseudoInputs * features));
    for (let i = 0; i < values.length; i++) values[i] = start.mean + start.deviation * values[i]!;
    const inputs = variableOf("prior/pseudo_inputs", values, [pseudoInputs, features]);
    const posteriors = (): GaussianMixture => {
      const { mu, logvar } = encode(tf.clipByValue(inputs.variable, 0, 1));
      return { logits: null, mean: mu, logvar };
    };
    return {
      name: "vamp",
      variables: [inputs],
      buffers: [],
      uniforms: 1,
      logProb: (z) => mixtureLogProb(z, posteriors()),
      kl: null,
      sample: ({ eps, uniform }) => mixtureSample(posteriors(), eps, uniform!),
      quantize: null,
    };
  },
};
