import { z } from "zod";
import type { Range } from "../layers/clamp.js";
import { layers } from "../tfjs.js";
import { assemble, block, chain, denseBlock } from "./assemble.js";
import {
  type BlockConfig,
  baseFields,
  blockFields,
  configured,
  count,
  countsField,
  logvarField,
  type OptionsOf,
  parsed,
} from "./base.js";
import { crop, flattenBlocks, halvings, unflatten } from "./picture.js";
import type { ModelConfig, ModelKind } from "./types.js";

export interface ConvConfig extends ModelConfig, BlockConfig {
  kind: "conv";
  /** Channels of the encoder's convolutions, each of which halves height and width; the decoder has them in reverse. */
  filters: readonly number[];
  /** Height and width of each filter. */
  kernel: number;
  /** Units of the encoder's last hidden layer. */
  dense: number;
  logvar: Range | null;
}

export type ConvOptions = OptionsOf<ConvConfig>;

/** The configuration as it stands in files. */
export const convSchema: z.ZodType<ConvConfig> = z.strictObject({
  kind: z.literal("conv"),
  ...baseFields,
  filters: countsField([32, 64], "32,64").refine((filters) => filters.length > 0),
  kernel: count.default(3).describe("a positive integer"),
  dense: count.default(16).describe("a positive integer"),
  ...blockFields,
  logvar: logvarField(null),
});

/**
 * A convolutional VAE for pictures of any size, as in Keras's example. Encoder: convolutions of stride 2, a dense layer,
 * mu and logvar. Decoder: a dense layer, transposed convolutions of stride 2, and one of stride 1 for the outputs. Where
 * a size does not halve, it is rounded up, and the decoder's surplus is cut off.
 * Defaults: filters [32, 64], kernel 3, dense 16, relu, no batch normalisation, no dropout.
 * @throws UsageError for sizes that are not positive integers and unknown names
 */
export function conv(options: ConvOptions): ConvConfig {
  return configured("conv", convSchema, options);
}

export const convKind: ModelKind<ConvConfig> = {
  schema: convSchema,
  check: (config) => void parsed("conv", convSchema, config),
  build({ shape, latent, filters, kernel, dense, logvar, ...how }, sizes) {
    const { parametersPerFeature } = sizes;
    const [height, width] = halvings(shape, filters.length).at(-1)!;
    const inner = [height, width, filters.at(-1)!];
    const convolution = (
      make: "conv2d" | "conv2dTranspose",
      n: number,
      args: { name: string; strides: number },
    ) => layers.layers[make]({ filters: n, kernelSize: kernel, padding: "same", ...args });
    const stack = (make: "conv2d" | "conv2dTranspose", channels: readonly number[]) =>
      channels.flatMap((n, i) =>
        block((args) => convolution(make, n, { strides: 2, ...args }), `conv_${i + 1}`, how),
      );
    const full = [height, width].map((n) => n * 2 ** filters.length);
    return assemble(sizes, {
      latent,
      logvar,
      encode(x, join) {
        const flat = layers.layers.flatten({ name: "flat" });
        const seen = chain(x, unflatten(shape, "picture"), ...stack("conv2d", filters), flat);
        return chain(join(seen), ...denseBlock(dense, "hidden", how));
      },
      decode(z) {
        const units = inner.reduce((product, n) => product * n, 1);
        return chain(
          z,
          ...denseBlock(units, "hidden", how),
          unflatten(inner, "inner"),
          ...stack("conv2dTranspose", filters.toReversed()),
          convolution("conv2dTranspose", shape[2]! * parametersPerFeature, { name: "x", strides: 1 }),
          ...crop(full, shape, "x_cropped"),
          ...flattenBlocks(shape, parametersPerFeature),
        );
      },
    });
  },
};
