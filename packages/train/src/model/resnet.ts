import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import type { Range } from "../layers/clamp.js";
import { NearestUpsampling } from "../layers/nearest-upsampling.js";
import { layers } from "../tfjs.js";
import { assemble, chain } from "./assemble.js";
import {
  activationField,
  baseFields,
  configured,
  count,
  countsField,
  logvarField,
  type OptionsOf,
  parsed,
} from "./base.js";
import { crop, flattenBlocks, halvings, unflatten } from "./picture.js";
import { convolution, normed, norms, type ResidualConfig, residual } from "./residual.js";
import type { ModelConfig, ModelKind } from "./types.js";

export interface ResnetConfig extends ModelConfig, ResidualConfig {
  kind: "resnet";
  /** Channels of the encoder's stages, each of which halves height and width; the decoder has them in reverse. */
  channels: readonly number[];
  /** Residual blocks per stage. */
  blocks: number;
  logvar: Range | null;
}

export type ResnetOptions = OptionsOf<ResnetConfig>;

/** The configuration as it stands in files. */
export const resnetSchema: z.ZodType<ResnetConfig> = z.strictObject({
  kind: z.literal("resnet"),
  ...baseFields,
  channels: countsField([64, 128, 256], "64,128,256").refine((channels) => channels.length > 0),
  blocks: count.default(1).describe("a positive integer"),
  norm: z
    .enum(norms)
    .default("group")
    .describe(`one of ${norms.join(", ")}`),
  groups: count.default(8).describe("a positive integer"),
  activation: activationField("silu"),
  logvar: logvarField(null),
});

/**
 * A VAE of residual blocks with the normalisation first (He et al. 2016) for pictures such as 32 and 64 pixel colour
 * ones. Encoder: a convolution, stages of blocks that halve height and width, mu and logvar. Decoder: the stages in
 * reverse, each followed by nearest-neighbour resizing and a convolution. Where a size does not halve, it is rounded up,
 * and the decoder's surplus is cut off.
 * Defaults: channels [64, 128, 256], 1 block per stage, group normalisation with 8 groups, silu.
 * @throws UsageError for sizes that are not positive integers, groups that do not divide the channels, and unknown names
 */
export function resnet(options: ResnetOptions): ResnetConfig {
  const config = configured("resnet", resnetSchema, options);
  resnetKind.check(config);
  return config;
}

export const resnetKind: ModelKind<ResnetConfig> = {
  schema: resnetSchema,
  check(config) {
    const { norm, groups, channels } = parsed("resnet", resnetSchema, config);
    const odd = channels.find((n) => n % groups !== 0);
    if (norm === "group" && odd !== undefined) {
      throw new UsageError(
        `resnet: groups must divide all channels, got ${groups} groups and ${odd} channels.`,
      );
    }
  },
  build({ shape, latent, channels, blocks, logvar, ...how }, sizes) {
    const { parametersPerFeature } = sizes;
    const stages = halvings(shape, channels.length);
    const inner = [...stages.at(-1)!, channels.at(-1)!];
    const numbers = Array.from({ length: blocks }, (_, i) => i + 1);
    return assemble(sizes, {
      latent,
      logvar,
      encode(x, join) {
        const begin = chain(x, unflatten(shape, "picture"), convolution(channels[0]!, "stem", how.norm));
        const seen = channels.reduce(
          (stage, n, i) =>
            numbers.reduce<SymbolicTensor>(
              (at, k) => residual(at, n, k === 1 ? 2 : 1, `stage_${i + 1}_block_${k}`, how),
              stage,
            ),
          begin,
        );
        return join(chain(seen, ...normed(how, "last"), layers.layers.flatten({ name: "flat" })));
      },
      decode(z) {
        const units = inner.reduce((product, n) => product * n, 1);
        const begin = chain(z, layers.layers.dense({ units, name: "hidden" }), unflatten(inner, "inner"));
        const seen = channels.reduceRight((stage, n, i) => {
          const name = `stage_${i + 1}`;
          const [height, width] = stages[i + 1]!;
          const at = numbers.reduce<SymbolicTensor>(
            (at, k) => residual(at, n, 1, `${name}_block_${k}`, how),
            stage,
          );
          return chain(
            at,
            new NearestUpsampling({ name: `${name}_resize` }),
            ...crop([2 * height, 2 * width], stages[i]!, `${name}_cropped`),
            convolution(channels[Math.max(0, i - 1)]!, `${name}_up`, how.norm),
          );
        }, begin);
        const outputs = convolution(shape[2]! * parametersPerFeature, "x", "none");
        return chain(seen, ...normed(how, "last"), outputs, ...flattenBlocks(shape, parametersPerFeature));
      },
    });
  },
};
