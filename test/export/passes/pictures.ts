import type { Graph, Value } from "@vaekit/export";
import { normal, uniform } from "../lower/values.ts";

export const toFirst = [0, 3, 1, 2];
export const toLast = [0, 2, 3, 1];

export function turn(g: Graph, x: Value, perm: readonly number[]): Value {
  return g.op("Transpose", [x], { attributes: { perm } });
}

/** Numbers of both signs, the same for the same shape and seed. */
export function table(g: Graph, shape: readonly number[], seed = 1, name?: string): Value {
  return g.constant("float32", normal(shape, seed).data, shape, name);
}

export function positive(g: Graph, shape: readonly number[], seed = 1): Value {
  return g.constant("float32", uniform(shape, 0.5, 2, seed).data, shape);
}

const same = { pads: [1, 1, 1, 1] };

/** A 3x3 convolution of channels-first x that keeps height and width. */
export function conv(g: Graph, x: Value, filters: number, seed = 1): Value {
  const weight = table(g, [filters, x.shape[1] as number, 3, 3], seed, `kernel_${seed}`);
  return g.op("Conv", [x, weight], { attributes: same });
}

/** The same as tfjs has it, on channels-last x: between two Transposes. */
export function lastConv(g: Graph, x: Value, filters: number, seed = 1): Value {
  return turn(g, conv(g, turn(g, x, toFirst), filters, seed), toLast);
}
