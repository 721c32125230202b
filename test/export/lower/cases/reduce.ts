import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const x = normal([2, 3, 4]);
/** NaN among the first, the last, all and none of a row. */
const nans = float([nan, 1, 5, 2, 7, nan, nan, nan, nan, -inf, 0, inf], [4, 3]);
const ties = float([1, 3, 3, 2, 2, 1], [2, 3]);

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

/** All axes, one, a negative one, several, none; kept or not. */
const overAxes = (reduce: Reduce) =>
  [
    { shows: "all axes", run: (a: tf.Tensor) => reduce(a), inputs: [x] },
    { shows: "all axes, kept", run: (a: tf.Tensor) => reduce(a, undefined, true), inputs: [x] },
    { shows: "the first axis", run: (a: tf.Tensor) => reduce(a, 0), inputs: [x] },
    { shows: "the last axis, kept", run: (a: tf.Tensor) => reduce(a, -1, true), inputs: [x] },
    { shows: "two axes", run: (a: tf.Tensor) => reduce(a, [0, 2]), inputs: [x] },
    { shows: "a scalar", run: (a: tf.Tensor) => reduce(a), inputs: [float([3.5], [])] },
  ] as const;

/** Over any axes, of bools with both values and with one only. */
const logicalOverAxes = (reduce: Reduce) => {
  const flags = bool([1, 0, 1, 1, 0, 0], [2, 3]);
  return [
    { shows: "all axes", run: (a: tf.Tensor) => reduce(a), inputs: [flags] },
    { shows: "one axis", run: (a: tf.Tensor) => reduce(a, 0), inputs: [flags] },
    { shows: "the last axis, kept", run: (a: tf.Tensor) => reduce(a, -1, true), inputs: [flags] },
    { shows: "all true", run: (a: tf.Tensor) => reduce(a), inputs: [bool([1, 1])] },
    { shows: "all false", run: (a: tf.Tensor) => reduce(a), inputs: [bool([0, 0])] },
    { shows: "a scalar", run: (a: tf.Tensor) => reduce(a), inputs: [bool([1], [])] },
  ] as const;
};

export const cases = {
  All: [...logicalOverAxes(tf.all)],
  Any: [...logicalOverAxes(tf.any)],
  ArgMax: [
    { shows: "the last axis", run: (a) => tf.argMax(a, -1), inputs: [x] },
    { shows: "the first axis", run: (a) => tf.argMax(a, 0), inputs: [x] },
    { shows: "the first of equals", run: (a) => tf.argMax(a, 1), inputs: [ties] },
    { shows: "infinities", run: (a) => tf.argMax(a, 0), inputs: [float([-inf, 1, inf, 2])] },
    { shows: "NaN is no maximum", run: (a) => tf.argMax(a, 0), inputs: [float([-inf, nan, 5, nan, 3])] },
    { shows: "int32", run: (a) => tf.argMax(a, 0), inputs: [int([-3, 7, 2])] },
    { shows: "bool", run: (a) => tf.argMax(a, 0), inputs: [bool([0, 1, 1])] },
  ],
  ArgMin: [
    { shows: "the last axis", run: (a) => tf.argMin(a, -1), inputs: [x] },
    { shows: "the first axis", run: (a) => tf.argMin(a, 0), inputs: [x] },
    { shows: "the first of equals", run: (a) => tf.argMin(a, 1), inputs: [ties] },
    { shows: "infinities", run: (a) => tf.argMin(a, 0), inputs: [float([1, inf, -inf, 2])] },
    { shows: "NaN does not count", run: (a) => tf.argMin(a, 0), inputs: [float([5, Number.NaN, 1, 2])] },
    { shows: "int32", run: (a) => tf.argMin(a, 0), inputs: [int([3, -7, 2])] },
    { shows: "bool", run: (a) => tf.argMin(a, 0), inputs: [bool([1, 0, 0])] },
  ],
  Max: [
    ...overAxes(tf.max),
    { shows: "equals", run: (a) => tf.max(a, 1), inputs: [ties] },
    { shows: "infinities", run: (a) => tf.max(a, 1), inputs: [float([-inf, -inf, 1, inf], [2, 2])] },
    { shows: "NaN wins", run: (a) => tf.max(a, 1), inputs: [nans] },
    { shows: "NaN wins over all axes", run: (a) => tf.max(a), inputs: [nans] },
    { shows: "int32", run: (a) => tf.max(a), inputs: [int([-3, 7, 2])] },
    { shows: "bool", run: (a) => tf.max(a, 1), inputs: [bool([0, 0, 1, 0], [2, 2])] },
  ],
  Mean: [
    ...overAxes(tf.mean),
    { shows: "int32 gives float32", run: (a) => tf.mean(a), inputs: [int([1, 2, 4])] },
    { shows: "bool gives float32", run: (a) => tf.mean(a), inputs: [bool([1, 0, 1])] },
  ],
  Min: [
    ...overAxes(tf.min),
    { shows: "equals", run: (a) => tf.min(a, 1), inputs: [ties] },
    { shows: "infinities", run: (a) => tf.min(a, 1), inputs: [float([inf, inf, 1, -inf], [2, 2])] },
    { shows: "NaN wins", run: (a) => tf.min(a, 1, true), inputs: [nans] },
    { shows: "int32", run: (a) => tf.min(a), inputs: [int([-3, 7, 2])] },
    { shows: "bool", run: (a) => tf.min(a, 1), inputs: [bool([1, 1, 1, 0], [2, 2])] },
  ],
  Prod: [
    // tfjs's own gradient takes no negative axes.
    ...overAxes(tf.prod).map((row) => ({ ...row, gradient: row.shows !== "the last axis, kept" })),
    { shows: "the last axis", run: (a) => tf.prod(a, 2), inputs: [x] },
    { shows: "with zeros", run: (a) => tf.prod(a, 1), inputs: [float([2, 0, 3, 4, 0, 0], [2, 3])] },
    {
      shows: "infinities",
      run: (a) => tf.prod(a, 1),
      inputs: [float([inf, -2, inf, 0], [2, 2])],
      gradient: false,
    },
    { shows: "int32", run: (a) => tf.prod(a), inputs: [int([-3, 7, 2])] },
    { shows: "bool gives int32", run: (a) => tf.prod(a, 1), inputs: [bool([1, 1, 1, 0], [2, 2])] },
  ],
  Sum: [
    ...overAxes(tf.sum),
    { shows: "int32", run: (a) => tf.sum(a, 0), inputs: [int([1, 2, 3, 4], [2, 2])] },
    { shows: "bool counts", run: (a) => tf.sum(a), inputs: [bool([1, 0, 1])] },
    { shows: "infinities", run: (a) => tf.sum(a, 1), inputs: [float([inf, -inf, 1, inf], [2, 2])] },
  ],
} satisfies Partial<Cases>;
