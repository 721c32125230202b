import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import { GroupNormalization } from "../layers/group-normalization.js";
import { layers } from "../tfjs.js";
import { type ActivationName, activations, type Layer } from "./activation.js";
import { chain } from "./assemble.js";

export const norms = ["group", "batch", "none"] as const;

export interface ResidualConfig {
  /** Normalisation before each activation. */
  norm: (typeof norms)[number];
  /** Groups of channels, for "group"; they divide the channels. */
  groups: number;
  activation: ActivationName;
}

const normLayers: Record<ResidualConfig["norm"], (groups: number, name: string) => Layer[]> = {
  group: (groups, name) => [new GroupNormalization({ groups, name })],
  batch: (_, name) => [layers.layers.batchNormalization({ name })],
  none: () => [],
};

/**
 * A convolution that keeps height and width, or divides them by its stride, rounding up. Among batch normalisations it
 * has no bias, which the next one would take away again.
 */
export function convolution(
  filters: number,
  name: string,
  norm: ResidualConfig["norm"],
  { strides = 1, kernelSize = 3 } = {},
): Layer {
  const useBias = norm !== "batch";
  return layers.layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias, name });
}

/** Normalisation and activation. */
export function normed({ norm, groups, activation }: ResidualConfig, name: string): Layer[] {
  return [...normLayers[norm](groups, `${name}_norm`), activations[activation](`${name}_activation`)];
}

/**
 * x + conv(act(norm(conv(act(norm(x)))))) with 3x3 convolutions, the first of the given stride (He et al. 2016); where
 * the strides or the channels change, x goes through a 1x1 convolution.
 * at [batch, height, width, channels] -> [batch, ceil(height / strides), ceil(width / strides), filters]
 */
export function residual(
  at: SymbolicTensor,
  filters: number,
  strides: number,
  name: string,
  how: ResidualConfig,
): SymbolicTensor {
  const { norm } = how;
  const change = chain(
    at,
    ...normed(how, `${name}_1`),
    convolution(filters, `${name}_conv_1`, norm, { strides }),
    ...normed(how, `${name}_2`),
    convolution(filters, `${name}_conv_2`, norm),
  );
  const same = strides === 1 && at.shape.at(-1) === filters;
  const skip = same ? at : chain(at, convolution(filters, `${name}_skip`, norm, { strides, kernelSize: 1 }));
  return layers.layers.add({ name: `${name}_sum` }).apply([skip, change]) as SymbolicTensor;
}
