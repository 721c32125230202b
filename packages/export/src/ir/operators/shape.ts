import { GraphError } from "../../errors.js";
import type { Dim, Shape, Value } from "../value.js";
import { addDims, broadcast, ceilDim, normalAxis, numbers, scaleDim, subtractDims } from "./dims.js";
import type { Operator, Operators } from "./types.js";

function sliceShape(
  x: Value,
  starts: Value,
  ends: Value,
  axes: Value | undefined,
  steps: Value | undefined,
): Shape {
  const shape = [...x.shape];
  const [from, to] = [numbers(starts), numbers(ends)];
  const along = axes ? numbers(axes) : from.map((_, i) => i);
  const strides = steps ? numbers(steps) : from.map(() => 1);
  along.forEach((given, i) => {
    const axis = normalAxis(given, x.rank);
    const size = shape[axis]!;
    shape[axis] =
      typeof size === "number"
        ? sliceSize(size, from[i]!, to[i]!, strides[i]!)
        : symbolicSlice(size, from[i]!, to[i]!, strides[i]!);
  });
  return shape;
}

/** An end as large as this is "to the end", whatever the size is. */
export const sliceToEnd = Number.MAX_SAFE_INTEGER;

/** The same where the size is symbolic: what starts or ends at a given element is taken to be there. */
function symbolicSlice(size: Dim, start: number, end: number, step: number): Dim {
  if (step < 0) throw new GraphError("a symbolic size is gone through backwards", { computed: true });
  const at = (i: number): Dim => (i >= sliceToEnd ? size : i < 0 ? addDims(size, i) : i);
  return ceilDim(subtractDims(at(end), at(start)), step);
}

/** Elements from start to end, both clamped to what is there, as ONNX's Slice has it. */
function sliceSize(size: number, start: number, end: number, step: number): number {
  const at = (i: number) => (i < 0 ? i + size : i);
  const clamp = (i: number, low: number, high: number) => Math.min(Math.max(i, low), high);
  const [first, last] =
    step > 0
      ? [clamp(at(start), 0, size), clamp(at(end), 0, size)]
      : [clamp(at(start), 0, size - 1), end < -size ? -1 : clamp(at(end), -1, size - 1)];
  return Math.max(0, Math.ceil((last - first) / step));
}

/** pads: what is added in front of each axis, then what is added behind each. */
function padShape(x: Value, pads: readonly number[]): Shape {
  return x.shape.map((dim, i) => {
    const added = pads[i]! + pads[i + x.rank]!;
    return added === 0 ? dim : addDims(dim, added);
  });
}

const split = (attributes: Operator["attributes"], range: Pick<Operator, "since" | "until">): Operator => ({
  infer: ([x, sizes], { axis = 0 }) =>
    numbers(sizes!).map((size) => ({
      dtype: x!.dtype,
      shape: x!.shape.map((dim, i) => (i === normalAxis(axis as number, x!.rank) ? size : dim)),
    })),
  inputs: 2,
  attributes,
  ...range,
});

/** The same elements, or some of them, elsewhere. */
export const shape: Operators = {
  Reshape: {
    infer: ([x, target], { allowzero }) => {
      // A 0 keeps the size of x along that axis.
      const shape = numbers(target!).map((n, i): Dim => (n === 0 && !allowzero ? (x!.shape[i] ?? 0) : n));
      return [{ dtype: x!.dtype, shape }];
    },
    inputs: 2,
    attributes: { allowzero: "int" },
  },
  Expand: {
    infer: ([x, target]) => [{ dtype: x!.dtype, shape: broadcast(x!.shape, numbers(target!)) }],
    inputs: 2,
  },
  Tile: {
    infer: ([x, repeats]) => [
      { dtype: x!.dtype, shape: numbers(repeats!).map((n, i) => scaleDim(x!.shape[i]!, n)) },
    ],
    inputs: 2,
  },
  Transpose: {
    infer: ([x], { perm }) => [
      { dtype: x!.dtype, shape: (perm as readonly number[]).map((axis) => x!.shape[axis]!) },
    ],
    inputs: 1,
    attributes: { perm: "ints!" },
  },
  Concat: {
    infer: (inputs, { axis }) => [
      {
        dtype: inputs[0]!.dtype,
        shape: inputs[0]!.shape.map(
          (dim, i): Dim =>
            i === normalAxis(axis as number, inputs[0]!.rank)
              ? inputs.map((input) => input.shape[i]!).reduce(addDims)
              : dim,
        ),
      },
    ],
    inputs: [1, Number.POSITIVE_INFINITY],
    attributes: { axis: "int!" },
  },
  Split: [split({ axis: "int" }, { until: 17 }), split({ axis: "int", num_outputs: "int" }, { since: 18 })],
  Slice: {
    infer: ([x, starts, ends, axes, steps]) => [
      { dtype: x!.dtype, shape: sliceShape(x!, starts!, ends!, axes, steps) },
    ],
    inputs: [3, 5],
  },
  Pad: {
    infer: ([x, pads]) => [{ dtype: x!.dtype, shape: padShape(x!, numbers(pads!)) }],
    inputs: [2, 4],
    attributes: { mode: "string" },
  },
  /** start, start + step, ... before limit: how many depends on the values. */
  Range: {
    infer: ([start, limit, step]) => {
      const [from, to, by] = [start!, limit!, step!].map((value) => numbers(value)[0]!) as [
        number,
        number,
        number,
      ];
      return [{ dtype: start!.dtype, shape: [Math.max(0, Math.ceil((to - from) / by))] }];
    },
    inputs: 3,
    takes: "number",
  },
  Shape: {
    infer: ([x], { start = 0, end }) => [
      { dtype: "int64", shape: [((end as number | undefined) ?? x!.rank) - (start as number)] },
    ],
    inputs: 1,
    attributes: { start: "int", end: "int" },
  },
};
