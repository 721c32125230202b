import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal } from "../values.ts";

type Pad = Parameters<typeof tf.maxPool>[3];
type Rounding = Parameters<typeof tf.maxPool>[4];
type Size = number | [number, number];
const as4 = (x: tf.Tensor) => x as tf.Tensor4D;
const as5 = (x: tf.Tensor) => x as tf.Tensor5D;

const x = normal([2, 5, 6, 3]);
const volume = normal([2, 4, 5, 3, 2]);
/** Each window holds its maximum several times. */
const ties = float(
  Array.from({ length: 2 * 6 * 6 * 2 }, (_, i) => (i * 7) % 3),
  [2, 6, 6, 2],
);
const explicit: Pad = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];

const max = (size: Size, strides: Size, pad: Pad, rounding?: Rounding) => (v: tf.Tensor) =>
  tf.maxPool(as4(v), size, strides, pad, rounding);
const avg = (size: Size, strides: Size, pad: Pad, rounding?: Rounding) => (v: tf.Tensor) =>
  tf.avgPool(as4(v), size, strides, pad, rounding);
const max3 =
  (size: number, strides: number, pad: "same" | "valid" | number, rounding?: Rounding) => (v: tf.Tensor) =>
    tf.maxPool3d(as5(v), size, strides, pad, rounding);
const avg3 =
  (size: number, strides: number, pad: "same" | "valid" | number, rounding?: Rounding) => (v: tf.Tensor) =>
    tf.avgPool3d(as5(v), size, strides, pad, rounding);
const argmax =
  (size: Size, strides: Size, pad: "same" | "valid" | number, withBatch: boolean) => (v: tf.Tensor) => {
    const { result, indexes } = tf.maxPoolWithArgmax(as4(v), size, strides, pad, withBatch);
    return [result!, indexes!];
  };

const kernel = (name: string, attrs: tf.NamedAttrMap, ...names: string[]) => {
  return (...inputs: tf.Tensor[]) =>
    tf
      .engine()
      .runKernel<tf.Tensor>(name, Object.fromEntries(names.map((key, i) => [key, inputs[i]!])), attrs);
};

export const cases = {
  MaxPool: [
    { shows: "valid, windows side by side", run: max(2, 2, "valid"), inputs: [normal([2, 4, 6, 3])] },
    { shows: "windows that overlap", run: max(3, 2, "valid"), inputs: [x] },
    { shows: "same", run: max([3, 2], 1, "same"), inputs: [x] },
    { shows: "same, strides of 2, odd sizes", run: max(2, 2, "same"), inputs: [normal([2, 5, 7, 3])] },
    { shows: "same, a stride beyond the window", run: max(2, 3, "same"), inputs: [normal([2, 7, 8, 3])] },
    { shows: "same, columns passed over", run: max([2, 1], [2, 3], "same"), inputs: [normal([1, 5, 6, 2])] },
    { shows: "one number of padding", run: max(3, 2, 1), inputs: [x] },
    { shows: "a padding as large as the window", run: max(1, 2, 1), inputs: [normal([1, 5, 5, 2])] },
    { shows: "explicit padding", run: max([2, 3], [2, 1], explicit), inputs: [x] },
    // tfjs's gradient rounds down, whatever the pooling did.
    {
      shows: "sizes rounded up",
      run: max(2, 2, 0, "ceil"),
      inputs: [normal([2, 5, 5, 3])],
      attrs: { dimRoundingMode: "ceil" },
    },
    { shows: "sizes rounded to the nearest", run: max(2, 3, 0, "round"), inputs: [normal([2, 7, 7, 3])] },
    { shows: "of equal elements the first", run: max(3, 2, "same"), inputs: [ties] },
    {
      shows: "of equal elements the first, all equal",
      run: max(2, 2, "valid"),
      inputs: [float(Array(16).fill(3), [1, 4, 4, 1])],
    },
    { shows: "a window of one element", run: max(1, 1, "same"), inputs: [x] },
    {
      shows: "one picture",
      run: (v) => tf.maxPool(v as tf.Tensor3D, 2, 2, "same"),
      inputs: [normal([5, 6, 3])],
    },
    { shows: "int32", run: max(2, 2, "valid"), inputs: [int([1, -2, 3, 4], [1, 2, 2, 1])] },
    {
      shows: "a window larger than the input: nothing",
      run: max(3, 1, "valid"),
      inputs: [normal([1, 2, 5, 2])],
      gradient: false,
    },
  ],
  MaxPoolGrad: [
    {
      shows: "sizes rounded up",
      run: (dy, v) =>
        kernel(
          "MaxPoolGrad",
          { filterSize: 2, strides: 2, pad: 0, dimRoundingMode: "ceil" },
          "dy",
          "input",
          "output",
        )(dy, v, max(2, 2, 0, "ceil")(v)),
      inputs: [normal([2, 3, 3, 3], 2), normal([2, 5, 5, 3])],
    },
  ],
  AvgPool: [
    { shows: "valid, windows side by side", run: avg(2, 2, "valid"), inputs: [normal([2, 4, 6, 3])] },
    { shows: "windows that overlap", run: avg(3, 2, "valid"), inputs: [x] },
    { shows: "same, where padding does not count", run: avg([3, 2], 1, "same"), inputs: [x] },
    { shows: "same, strides of 2, odd sizes", run: avg(2, 2, "same"), inputs: [normal([2, 5, 7, 3])] },
    { shows: "same, a stride beyond the window", run: avg(2, 3, "same"), inputs: [normal([2, 7, 8, 3])] },
    { shows: "same, columns passed over", run: avg([2, 1], [2, 3], "same"), inputs: [normal([1, 5, 6, 2])] },
    { shows: "one number of padding", run: avg(3, 2, 1), inputs: [x] },
    { shows: "a padding as large as the window", run: avg(2, 1, 2), inputs: [normal([1, 3, 4, 2])] },
    { shows: "explicit padding", run: avg([2, 3], [2, 1], explicit), inputs: [x] },
    // tfjs's gradient rounds down, whatever the pooling did.
    { shows: "sizes rounded up", run: avg(2, 2, 0, "ceil"), inputs: [normal([2, 5, 5, 3])] },
    { shows: "a window of one element", run: avg(1, 1, "same"), inputs: [x] },
    { shows: "the whole picture", run: avg([5, 6], 1, "valid"), inputs: [x] },
    {
      shows: "tf.pool with dilations",
      run: (v) => tf.pool(as4(v), 2, "avg", "valid", 2),
      inputs: [normal([1, 6, 6, 2])],
    },
  ],
  AvgPoolGrad: [
    {
      shows: "strides, same",
      run: kernel("AvgPoolGrad", { filterSize: 3, strides: 2, pad: "same" }, "dy", "input"),
      inputs: [normal([2, 3, 3, 3], 2), x],
    },
  ],
  MaxPool3D: [
    { shows: "valid, windows side by side", run: max3(2, 2, "valid"), inputs: [normal([1, 4, 4, 6, 2])] },
    { shows: "same", run: max3(2, 1, "same"), inputs: [volume] },
    { shows: "same, strides of 2", run: max3(3, 2, "same"), inputs: [volume] },
    { shows: "one number of padding", run: max3(3, 2, 1), inputs: [volume] },
    { shows: "sizes rounded up", run: max3(2, 2, 0, "ceil"), inputs: [normal([1, 5, 3, 3, 2])] },
    {
      shows: "of equal elements the last",
      run: max3(2, 2, "valid"),
      inputs: [
        float(
          Array.from({ length: 64 }, (_, i) => (i * 7) % 3),
          [1, 4, 4, 4, 1],
        ),
      ],
    },
  ],
  MaxPool3DGrad: [
    {
      shows: "strides, same",
      run: (dy, v) =>
        kernel(
          "MaxPool3DGrad",
          { filterSize: 2, strides: 2, pad: "same" },
          "dy",
          "input",
          "output",
        )(dy, v, max3(2, 2, "same")(v)),
      inputs: [normal([2, 2, 3, 2, 2], 2), volume],
    },
  ],
  AvgPool3D: [
    { shows: "valid, windows side by side", run: avg3(2, 2, "valid"), inputs: [normal([1, 4, 4, 6, 2])] },
    { shows: "same", run: avg3(2, 1, "same"), inputs: [volume] },
    { shows: "same, strides of 2", run: avg3(3, 2, "same"), inputs: [volume] },
    { shows: "one number of padding", run: avg3(3, 2, 1), inputs: [volume] },
    { shows: "a padding as large as the window", run: avg3(1, 1, 1), inputs: [normal([1, 2, 2, 3, 2])] },
    { shows: "sizes rounded up", run: avg3(2, 2, 0, "ceil"), inputs: [normal([1, 5, 3, 3, 2])] },
  ],
  AvgPool3DGrad: [
    {
      shows: "strides, same",
      run: kernel("AvgPool3DGrad", { filterSize: 2, strides: 2, pad: "same" }, "dy", "input"),
      inputs: [normal([2, 2, 3, 2, 2], 2), volume],
    },
  ],
  MaxPoolWithArgmax: [
    { shows: "places in one picture", run: argmax(2, 2, "valid", false), inputs: [normal([2, 4, 6, 3])] },
    {
      shows: "places among all pictures",
      run: argmax(3, 2, "same", true),
      inputs: [x],
      attrs: { includeBatchInIndex: true },
    },
    { shows: "of equal elements the first", run: argmax(3, 1, "valid", false), inputs: [ties] },
    {
      shows: "NaN is passed over",
      run: argmax(2, 1, "valid", false),
      inputs: [float([NaN, 1, 2, 5, NaN, 0], [1, 2, 3, 1])],
    },
  ],
} satisfies Partial<Cases>;
