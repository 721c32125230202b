import { indices, strides, type Tensor } from "../tensor.js";
import { axisOf, input, known, number, numbers } from "./arguments.js";
import type { Call, Kernel } from "./types.js";

/** Axes are an attribute in older operator sets and an input in later ones. */
function axesOf(call: Call, rank: number): number[] {
  const axes = known(call, 1) ?? numbers(call, "axes", []);
  if (axes.length === 0 && number(call, "noop_with_empty_axes", 0) === 0)
    return Array.from({ length: rank }, (_, i) => i);
  return axes.map((axis) => axisOf(axis, rank));
}

/** Where in x each output's elements begin, and how far from there each of them is. */
function tables(
  x: Tensor,
  axes: readonly number[],
): { starts: Int32Array; offsets: Int32Array; kept: number[] } {
  const steps = strides(x.shape);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const reduced = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return { starts: indices(kept, steps), offsets: indices(reduced, steps), kept };
}

/** fold goes over the elements along the axes; finish makes the output of the result and their number. */
export const reduce =
  (
    begin: number,
    fold: (sum: number, x: number) => number,
    finish: (sum: number, count: number) => number = (sum) => sum,
  ): Kernel =>
  (call) => {
    const x = input(call, 0);
    const axes = axesOf(call, x.shape.length);
    const { starts, offsets, kept } = tables(x, axes);
    const keep = number(call, "keepdims", 1) !== 0;
    const y = call.allocate(x.dtype, keep ? kept : kept.filter((_, axis) => !axes.includes(axis)));
    const run = () => {
      for (let i = 0; i < starts.length; i++) {
        let sum = begin;
        for (let k = 0; k < offsets.length; k++) sum = fold(sum, x.data[starts[i]! + offsets[k]!]!);
        y.data[i] = finish(sum, offsets.length);
      }
    };
    return { outputs: [y], run };
  };

/** exp(x - max) over their sum, along one axis. */
export const softmax: Kernel = (call) => {
  const x = input(call, 0);
  const { starts, offsets } = tables(x, [axisOf(number(call, "axis", -1), x.shape.length)]);
  const y = call.allocate(x.dtype, x.shape);
  const run = () => {
    for (const start of starts) {
      let [most, sum] = [Number.NEGATIVE_INFINITY, 0];
      for (const offset of offsets) most = Math.max(most, x.data[start + offset]!);
      for (const offset of offsets) sum += Math.exp(x.data[start + offset]! - most);
      for (const offset of offsets) y.data[start + offset] = Math.exp(x.data[start + offset]! - most) / sum;
    }
  };
  return { outputs: [y], run };
};
