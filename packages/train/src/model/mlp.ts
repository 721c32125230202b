import { z } from "zod";
import type { Range } from "../layers/clamp.js";
import { layers } from "../tfjs.js";
import { assemble, chain, denseBlocks } from "./assemble.js";
import {
  type BlockConfig,
  baseFields,
  blockFields,
  configured,
  countsField,
  logvarField,
  type OptionsOf,
  parsed,
} from "./base.js";
import type { ModelConfig, ModelKind } from "./types.js";

export interface MlpConfig extends ModelConfig, BlockConfig {
  kind: "mlp";
  /** Units of the encoder's hidden layers; the decoder has them in reverse. */
  hidden: readonly number[];
  logvar: Range | null;
}

export type MlpOptions = OptionsOf<MlpConfig>;

/** The configuration as it stands in files. */
export const mlpSchema: z.ZodType<MlpConfig> = z.strictObject({
  kind: z.literal("mlp"),
  ...baseFields,
  hidden: countsField([512, 256], "512,256"),
  ...blockFields,
  logvar: logvarField(null),
});

/**
 * A fully connected VAE: features -> hidden -> mu, logvar and latent -> hidden reversed -> features. Each hidden layer:
 * dense -> [batch normalisation] -> activation -> [dropout].
 * Defaults: hidden [512, 256], relu, no batch normalisation, no dropout.
 * @throws UsageError for sizes that are not positive integers and unknown names
 */
export function mlp(options: MlpOptions): MlpConfig {
  return configured("mlp", mlpSchema, options);
}

export const mlpKind: ModelKind<MlpConfig> = {
  schema: mlpSchema,
  check: (config) => void parsed("mlp", mlpSchema, config),
  build({ hidden, latent, logvar, ...how }, sizes) {
    return assemble(sizes, {
      latent,
      logvar,
      encode: (x, join) => chain(join(x), ...denseBlocks(hidden, how)),
      decode: (z) =>
        chain(
          z,
          ...denseBlocks(hidden.toReversed(), how),
          layers.layers.dense({ units: sizes.outputs, name: "x" }),
        ),
    });
  },
};
