import { z } from "zod";
import type { Range } from "../layers/clamp.js";
import { GatedDense } from "../layers/gated-dense.js";
import { layers } from "../tfjs.js";
import { assemble, chain } from "./assemble.js";
import { baseFields, configured, countsField, logvarField, type OptionsOf, parsed } from "./base.js";
import type { ModelConfig, ModelKind } from "./types.js";

export interface GatedMlpConfig extends ModelConfig {
  kind: "gated-mlp";
  /** Units of the encoder's gated layers; the decoder has them in reverse. */
  hidden: readonly number[];
  logvar: Range | null;
}

export type GatedMlpOptions = OptionsOf<GatedMlpConfig>;

/** The configuration as it stands in files. */
export const gatedMlpSchema: z.ZodType<GatedMlpConfig> = z.strictObject({
  kind: z.literal("gated-mlp"),
  ...baseFields,
  hidden: countsField([300, 300], "300,300"),
  logvar: logvarField({ min: -6, max: 2 }),
});

/**
 * A fully connected VAE of gated layers h * sigmoid(g), each with two linear maps: the network of the VampPrior
 * (Tomczak & Welling 2018) and the Exemplar VAE (Norouzi, Fleet & Norouzi 2020), with He's initialisation as there.
 * Defaults: hidden [300, 300], logvar within -6 and 2.
 * @throws UsageError for sizes that are not positive integers and unknown names
 */
export function gatedMlp(options: GatedMlpOptions): GatedMlpConfig {
  return configured("gated-mlp", gatedMlpSchema, options);
}

export const gatedMlpKind: ModelKind<GatedMlpConfig> = {
  schema: gatedMlpSchema,
  initialization: "he",
  check: (config) => void parsed("gated-mlp", gatedMlpSchema, config),
  build({ hidden, latent, logvar }, sizes) {
    const stack = (units: readonly number[]) =>
      units.map((n, i) => new GatedDense({ units: n, name: `hidden_${i + 1}` }));
    return assemble(sizes, {
      latent,
      logvar,
      encode: (x, join) => chain(join(x), ...stack(hidden)),
      decode: (z) =>
        chain(z, ...stack(hidden.toReversed()), layers.layers.dense({ units: sizes.outputs, name: "x" })),
    });
  },
};
