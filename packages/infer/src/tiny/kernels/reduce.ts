import { indices, strides } from "../tensor.js";
import { axisOf, input, known, number, numbers } from "./arguments.js";
import type { Kernel } from "./types.js";

/** fold goes over the elements along the axes, which are an attribute in older operator sets and an input in later ones. */
export const reduce =
  (begin: number, fold: (sum: number, x: number) => number): Kernel =>
  (call) => {
    const x = input(call, 0);
    const given = (known(call, 1) ?? numbers(call, "axes", [])).map((axis) => axisOf(axis, x.shape.length));
    const reduced = x.shape.map((_, axis) => given.length === 0 || given.includes(axis));
    const steps = strides(x.shape);
    const kept = x.shape.map((size, axis) => (reduced[axis] ? 1 : size));
    const starts = indices(kept, steps);
    const offsets = indices(
      x.shape.map((size, axis) => (reduced[axis] ? size : 1)),
      steps,
    );
    const keep = number(call, "keepdims", 1) !== 0;
    const y = call.allocate(x.dtype, keep ? kept : kept.filter((_, axis) => !reduced[axis]));
    const run = () => {
      for (let i = 0; i < starts.length; i++) {
        let sum = begin;
        for (let k = 0; k < offsets.length; k++) sum = fold(sum, x.data[starts[i]! + offsets[k]!]!);
        y.data[i] = sum;
      }
    };
    return { outputs: [y], run };
  };
