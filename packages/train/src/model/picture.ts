import { layers } from "../tfjs.js";
import type { Layer } from "./activation.js";

/** Height and width at each depth of a network that halves them, rounding up; the first is the picture's own. */
export function halvings([height, width]: readonly number[], times: number): [number, number][] {
  const sizes: [number, number][] = [[height!, width!]];
  for (let i = 0; i < times; i++) {
    const [h, w] = sizes.at(-1)!;
    sizes.push([Math.ceil(h / 2), Math.ceil(w / 2)]);
  }
  return sizes;
}

/** Flat features [batch, features] -> [batch, height, width, channels] */
export function unflatten(shape: readonly number[], name: string): Layer {
  return layers.layers.reshape({ targetShape: [...shape], name });
}

/** [batch, ...from, channels] -> [batch, ...to, channels]: what is too much goes at the bottom and on the right. */
export function crop(from: readonly number[], to: readonly number[], name: string): Layer[] {
  const [rows, columns] = [from[0]! - to[0]!, from[1]! - to[1]!];
  if (rows === 0 && columns === 0) return [];
  return [
    layers.layers.cropping2D({
      cropping: [
        [0, rows],
        [0, columns],
      ],
      name,
    }),
  ];
}

/**
 * [batch, height, width, parameters * channels] -> [batch, parameters * height * width * channels], block after block:
 * the first parameter of all features, the second of all, ...
 */
export function flattenBlocks([height, width, channels]: readonly number[], parameters: number): Layer[] {
  const flatten = layers.layers.flatten({ name: "x_flat" });
  if (parameters === 1) return [flatten];
  return [
    layers.layers.reshape({ targetShape: [height! * width!, parameters, channels!], name: "x_parameters" }),
    layers.layers.permute({ dims: [2, 1, 3], name: "x_blocks" }),
    flatten,
  ];
}
