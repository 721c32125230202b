import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal, uniform } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
type Scan = (x: tf.Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => tf.Tensor;

const axes = [
  { shows: "the first axis", axis: 0 },
  { shows: "a middle axis", axis: 1 },
  { shows: "the last axis", axis: 2 },
];

/**
 * Along each axis, with and without the element itself, from both ends. tfjs takes no negative axes here, though it says
 * so nowhere, and its own gradient, where it has one, gets the shape wrong unless the axis is the last one.
 */
const everyWay = (scan: Scan, values: (shape: readonly number[]) => ReturnType<typeof normal>) =>
  [
    ...axes.map(({ shows, axis }) => ({
      shows,
      run: (v: tf.Tensor) => scan(v, axis),
      inputs: [values([2, 7, 3])],
      gradient: axis === 2 && scan === tf.cumsum,
    })),
    { shows: "a column", run: (v: tf.Tensor) => scan(v, 0), inputs: [values([4, 2])], gradient: false },
    {
      shows: "without the element itself",
      run: (v: tf.Tensor) => scan(v, 1, true),
      inputs: [values([2, 7])],
    },
    { shows: "from the end", run: (v: tf.Tensor) => scan(v, 1, false, true), inputs: [values([2, 7])] },
    {
      shows: "from the end, without itself",
      run: (v: tf.Tensor) => scan(v, 1, true, true),
      inputs: [values([2, 7])],
    },
    { shows: "one element", run: (v: tf.Tensor) => scan(v), inputs: [float([3])] },
    { shows: "edges", run: (v: tf.Tensor) => scan(v), inputs: [float([2, 0, inf, 1, nan, 1])] },
    { shows: "int32", run: (v: tf.Tensor) => scan(v), inputs: [int([3, -2, 5])] },
    { shows: "bool gives int32", run: (v: tf.Tensor) => scan(v), inputs: [bool([1, 1, 0, 1])] },
  ] as const;

export const cases = {
  Cumprod: [...everyWay(tf.cumprod, (shape) => uniform(shape, 0.5, 1.5))],
  Cumsum: [...everyWay(tf.cumsum, normal)],
} satisfies Partial<Cases>;
