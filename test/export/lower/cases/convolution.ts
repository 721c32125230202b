import { tf } from "@vaekit/train";
import type { Case, Cases } from "../case.ts";
import { normal } from "../values.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Rounding = Parameters<typeof tf.conv2d>[6];
type Activation = Parameters<typeof tf.fused.conv2d>[0]["activation"];
const as4 = (x: tf.Tensor) => x as tf.Tensor4D;
const as5 = (x: tf.Tensor) => x as tf.Tensor5D;

const [x, w] = [normal([2, 5, 6, 3]), normal([3, 2, 3, 4], 2)];
const xFirst = normal([2, 3, 5, 6]);
const explicit: Pad = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];
const explicitFirst: Pad = [
  [0, 0],
  [0, 0],
  [1, 0],
  [2, 1],
];

const conv =
  (strides: number | [number, number], pad: Pad, rounding?: Rounding) => (a: tf.Tensor, f: tf.Tensor) =>
    tf.conv2d(as4(a), as4(f), strides, pad, "NHWC", 1, rounding);
const convFirst = (strides: number | [number, number], pad: Pad) => (a: tf.Tensor, f: tf.Tensor) =>
  tf.conv2d(as4(a), as4(f), strides, pad, "NCHW");
/** tfjs's gradients know no dilation. */
const dilated = (
  dilations: number | [number, number],
  pad: Pad,
): Pick<Case<"Conv2D">, "run" | "gradient"> => ({
  run: (a, f) => tf.conv2d(as4(a), as4(f), 1, pad, "NHWC", dilations),
  gradient: false,
});

const inputGradient =
  (shape: [number, number, number, number], strides: number | [number, number], pad: Pad) =>
  (dy: tf.Tensor, f: tf.Tensor) =>
    tf.conv2dTranspose(as4(dy), as4(f), shape, strides, pad);

const conv3d = (strides: number, pad: "same" | "valid") => (a: tf.Tensor, f: tf.Tensor) =>
  tf.conv3d(as5(a), as5(f), strides, pad);
const conv3dTranspose =
  (shape: [number, number, number, number, number], strides: number, pad: "same" | "valid") =>
  (dy: tf.Tensor, f: tf.Tensor) =>
    tf.conv3dTranspose(as5(dy), as5(f), shape, strides, pad);

const depthwise =
  (strides: number | [number, number], pad: Pad, rounding?: Rounding) => (a: tf.Tensor, f: tf.Tensor) =>
    tf.depthwiseConv2d(as4(a), as4(f), strides, pad, "NHWC", 1, rounding);
const depthFilter = normal([3, 2, 3, 2], 3);

/** A kernel that tfjs has no function for, only as a part of gradients. */
const kernel = (name: string, attrs: tf.NamedAttrMap, ...names: string[]) => {
  return (...inputs: tf.Tensor[]) =>
    tf
      .engine()
      .runKernel<tf.Tensor>(name, Object.fromEntries(names.map((key, i) => [key, inputs[i]!])), attrs);
};

const fused = (activation: Activation, rest: Partial<Parameters<typeof tf.fused.conv2d>[0]> = {}) => ({
  shows: `bias and ${activation}`,
  run: (a: tf.Tensor, f: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.conv2d({ x: as4(a), filter: as4(f), strides: 1, pad: "same", bias, activation, ...rest }),
  inputs: [x, w, normal([4], 3)],
  attrs: { activation },
});
const fusedDepthwise = (
  activation: Activation,
  rest: Partial<Parameters<typeof tf.fused.depthwiseConv2d>[0]> = {},
) => ({
  shows: `bias and ${activation}`,
  run: (a: tf.Tensor, f: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.depthwiseConv2d({
      x: as4(a),
      filter: as4(f),
      strides: 1,
      pad: "same",
      bias,
      activation,
      ...rest,
    }),
  inputs: [x, depthFilter, normal([6], 3)],
  attrs: { activation },
});

export const cases = {
  Conv2D: [
    { shows: "valid", run: conv(1, "valid"), inputs: [x, w], attrs: { pad: "valid" } },
    { shows: "same", run: conv(1, "same"), inputs: [x, w] },
    { shows: "same, even sizes by strides of 2", run: conv(2, "same"), inputs: [normal([2, 4, 6, 3]), w] },
    { shows: "same, odd sizes by strides of 2", run: conv(2, "same"), inputs: [normal([2, 5, 7, 3]), w] },
    {
      shows: "same, a stride beyond the filter",
      run: conv(3, "same"),
      inputs: [normal([2, 7, 8, 3]), normal([1, 2, 3, 4])],
    },
    { shows: "one stride for rows, another for columns", run: conv([2, 1], "same"), inputs: [x, w] },
    { shows: "valid with a remainder", run: conv(2, "valid"), inputs: [normal([2, 6, 7, 3]), w] },
    { shows: "one number of padding", run: conv(2, 1), inputs: [x, normal([3, 3, 3, 4])] },
    {
      shows: "a number with a filter that is no square",
      run: conv(1, 1),
      inputs: [normal([2, 5, 6, 3]), w],
      gradient: false,
    },
    { shows: "explicit padding", run: conv(1, explicit), inputs: [x, w] },
    {
      shows: "sizes rounded up",
      run: conv(2, 0, "ceil"),
      inputs: [normal([2, 6, 6, 3]), normal([3, 3, 3, 4])],
      attrs: { dimRoundingMode: "ceil" },
    },
    {
      shows: "sizes rounded to the nearest",
      run: conv(2, 1, "round"),
      inputs: [normal([2, 6, 6, 3]), normal([3, 3, 3, 4])],
    },
    {
      shows: "sizes rounded down",
      run: conv(2, 1, "floor"),
      inputs: [normal([2, 6, 6, 3]), normal([3, 3, 3, 4])],
    },
    { shows: "dilations, valid", ...dilated(2, "valid"), inputs: [normal([2, 7, 6, 3]), w] },
    { shows: "dilations, same", ...dilated([2, 3], "same"), inputs: [x, w], attrs: { dilations: [2, 3] } },
    { shows: "a filter of one element", run: conv(1, "same"), inputs: [x, normal([1, 1, 3, 4])] },
    {
      shows: "one channel in and out",
      run: conv(2, "same"),
      inputs: [normal([3, 6, 6, 1]), normal([3, 3, 1, 1])],
    },
    { shows: "NCHW", run: convFirst(1, "same"), inputs: [xFirst, w], attrs: { dataFormat: "NCHW" } },
    { shows: "NCHW, strides, explicit padding", run: convFirst([2, 1], explicitFirst), inputs: [xFirst, w] },
    {
      shows: "a window larger than the input: nothing",
      run: conv(1, "valid"),
      inputs: [normal([2, 2, 6, 3]), w],
      gradient: false, // tfjs's cpu backend divides by the size of nothing
    },
    {
      shows: "conv1d",
      run: (a, f) => tf.conv1d(a as tf.Tensor3D, f as tf.Tensor3D, 2, "same"),
      inputs: [normal([2, 7, 3]), normal([3, 3, 4])],
    },
  ],
  Conv2DBackpropInput: [
    { shows: "same", run: inputGradient([2, 5, 6, 3], 1, "same"), inputs: [normal([2, 5, 6, 4]), w] },
    {
      shows: "twice the size",
      run: inputGradient([2, 6, 8, 3], 2, "same"),
      inputs: [normal([2, 3, 4, 4]), w],
    },
    {
      shows: "twice the size less one",
      run: inputGradient([2, 5, 7, 3], 2, "same"),
      inputs: [normal([2, 3, 4, 4]), w],
    },
    {
      shows: "valid with a remainder",
      run: inputGradient([2, 6, 7, 3], 2, "valid"),
      inputs: [normal([2, 2, 3, 4]), w],
    },
    {
      shows: "a stride beyond the filter",
      run: inputGradient([2, 7, 7, 3], 3, "same"),
      inputs: [normal([2, 3, 3, 4]), normal([1, 2, 3, 4])],
    },
    {
      shows: "one number of padding",
      run: inputGradient([2, 5, 5, 3], 2, 1),
      inputs: [normal([2, 3, 3, 4]), normal([3, 3, 3, 4])],
    },
    {
      shows: "explicit padding",
      run: inputGradient([2, 5, 6, 3], 1, explicit),
      inputs: [normal([2, 4, 8, 4]), w],
    },
    {
      shows: "strides of their own",
      run: inputGradient([2, 5, 6, 3], [1, 2], "same"),
      inputs: [normal([2, 5, 3, 4]), w],
    },
    {
      shows: "a filter that is a constant",
      run: (dy) =>
        tf.conv2dTranspose(as4(dy), tf.tensor4d([1, -2, 3, 4], [2, 2, 1, 1]), [1, 4, 4, 1], 2, "same"),
      inputs: [normal([1, 2, 2, 1])],
    },
  ],
  Conv2DBackpropFilter: [
    {
      shows: "sizes rounded up",
      run: kernel(
        "Conv2DBackpropFilter",
        { strides: 2, pad: 0, dataFormat: "NHWC", dimRoundingMode: "ceil", filterShape: [3, 3, 3, 4] },
        "x",
        "dy",
      ),
      inputs: [normal([2, 6, 6, 3]), normal([2, 3, 3, 4])],
      attrs: { dimRoundingMode: "ceil" },
    },
    {
      shows: "NCHW",
      run: kernel(
        "Conv2DBackpropFilter",
        { strides: [1, 2], pad: "same", dataFormat: "NCHW", filterShape: [3, 2, 3, 4] },
        "x",
        "dy",
      ),
      inputs: [xFirst, normal([2, 4, 5, 3])],
    },
  ],
  Conv3D: [
    { shows: "valid", run: conv3d(1, "valid"), inputs: [normal([2, 3, 4, 3, 2]), normal([2, 3, 2, 2, 3])] },
    {
      shows: "same by strides of 2",
      run: conv3d(2, "same"),
      inputs: [normal([1, 3, 4, 5, 2]), normal([3, 2, 3, 2, 3])],
    },
    {
      shows: "a stride beyond the filter",
      run: conv3d(3, "same"),
      inputs: [normal([1, 4, 5, 6, 2]), normal([1, 1, 2, 2, 3])],
    },
    {
      shows: "dilations",
      run: (a, f) => tf.conv3d(as5(a), as5(f), 1, "same", "NDHWC", [1, 2, 2]),
      inputs: [normal([1, 3, 5, 5, 2]), normal([2, 2, 3, 2, 3])],
      gradient: false, // tfjs's gradients know no dilation
    },
  ],
  Conv3DBackpropInputV2: [
    {
      shows: "same",
      run: conv3dTranspose([1, 3, 4, 5, 2], 1, "same"),
      inputs: [normal([1, 3, 4, 5, 3]), normal([3, 2, 3, 2, 3])],
    },
    {
      shows: "twice the size",
      run: conv3dTranspose([1, 4, 4, 5, 2], 2, "same"),
      inputs: [normal([1, 2, 2, 3, 3]), normal([3, 2, 3, 2, 3])],
    },
    {
      shows: "valid",
      run: conv3dTranspose([1, 4, 4, 5, 2], 2, "valid"),
      inputs: [normal([1, 1, 2, 2, 3]), normal([3, 2, 3, 2, 3])],
    },
  ],
  Conv3DBackpropFilterV2: [
    {
      shows: "strides",
      run: kernel(
        "Conv3DBackpropFilterV2",
        { strides: 2, pad: "same", filterShape: [3, 2, 3, 2, 3] },
        "x",
        "dy",
      ),
      inputs: [normal([1, 3, 4, 5, 2]), normal([1, 2, 2, 3, 3])],
    },
  ],
  DepthwiseConv2dNative: [
    { shows: "valid", run: depthwise(1, "valid"), inputs: [x, depthFilter] },
    { shows: "same by strides of 2", run: depthwise(2, "same"), inputs: [x, depthFilter] },
    { shows: "a multiplier of one", run: depthwise(1, "same"), inputs: [x, normal([3, 3, 3, 1])] },
    { shows: "one channel", run: depthwise(1, "same"), inputs: [normal([2, 4, 4, 1]), normal([3, 3, 1, 2])] },
    { shows: "one number of padding", run: depthwise(2, 1), inputs: [x, normal([3, 3, 3, 2])] },
    { shows: "explicit padding", run: depthwise(1, explicit), inputs: [x, depthFilter] },
    {
      shows: "sizes rounded up",
      run: depthwise(2, 0, "ceil"),
      inputs: [normal([2, 6, 6, 3]), normal([3, 3, 3, 2])],
    },
    {
      shows: "dilations",
      run: (a, f) => tf.depthwiseConv2d(as4(a), as4(f), 1, "same", "NHWC", 2),
      inputs: [x, depthFilter],
      attrs: { dilations: 2 },
      gradient: false, // tfjs's gradients know no dilation
    },
    {
      shows: "a separable convolution",
      run: (a, f, point) => tf.separableConv2d(as4(a), as4(f), as4(point), 1, "same"),
      inputs: [x, depthFilter, normal([1, 1, 6, 4])],
    },
  ],
  DepthwiseConv2dNativeBackpropInput: [
    {
      shows: "strides and a multiplier",
      run: kernel(
        "DepthwiseConv2dNativeBackpropInput",
        { strides: 2, pad: "same", dilations: 1, inputShape: [2, 5, 6, 3] },
        "dy",
        "filter",
      ),
      inputs: [normal([2, 3, 3, 6]), depthFilter],
    },
  ],
  DepthwiseConv2dNativeBackpropFilter: [
    {
      shows: "strides and a multiplier",
      run: kernel(
        "DepthwiseConv2dNativeBackpropFilter",
        { strides: 2, pad: "same", dilations: 1, filterShape: [3, 2, 3, 2] },
        "x",
        "dy",
      ),
      inputs: [x, normal([2, 3, 3, 6])],
    },
  ],
  FusedConv2D: [
    fused("linear"),
    fused("relu"),
    fused("relu6"),
    fused("elu"),
    fused("sigmoid"),
    { ...fused("leakyrelu", { leakyreluAlpha: 0.1 }), attrs: { leakyreluAlpha: 0.1 } },
    {
      shows: "prelu",
      run: (a, f, bias, slope) =>
        tf.fused.conv2d({
          x: as4(a),
          filter: as4(f),
          strides: 2,
          pad: "valid",
          bias,
          activation: "prelu",
          preluActivationWeights: slope,
        }),
      inputs: [x, w, normal([4], 3), normal([4], 4)],
    },
    {
      shows: "prelu with a slope for each element",
      run: (a, f, slope) =>
        tf.fused.conv2d({
          x: as4(a),
          filter: as4(f),
          strides: 1,
          pad: "same",
          activation: "prelu",
          preluActivationWeights: slope,
        }),
      inputs: [x, w, normal([5, 6, 4], 4)],
    },
    {
      shows: "no bias",
      run: (a, f) =>
        tf.fused.conv2d({ x: as4(a), filter: as4(f), strides: 1, pad: "same", activation: "relu" }),
      inputs: [x, w],
    },
    { ...fused("relu"), shows: "one bias for all channels", inputs: [x, w, normal([1], 3)] },
    { ...fused("relu"), shows: "a bias for each element", inputs: [x, w, normal([2, 5, 6, 4], 3)] },
    { ...fused("relu", { dilations: 2 }), shows: "dilations", attrs: { dilations: 2 } },
    {
      ...fused("relu", { dataFormat: "NCHW" }),
      shows: "NCHW, a bias for each channel",
      inputs: [xFirst, w, normal([4], 3)],
      gradient: false, // tfjs's own has NHWC only
    },
    {
      shows: "NCHW, prelu",
      run: (a, f, bias, slope) =>
        tf.fused.conv2d({
          x: as4(a),
          filter: as4(f),
          strides: 1,
          pad: "same",
          dataFormat: "NCHW",
          bias,
          activation: "prelu",
          preluActivationWeights: slope,
        }),
      inputs: [xFirst, w, normal([1], 3), normal([4], 4)],
      gradient: false,
    },
    {
      ...fused("relu", { pad: "valid" }),
      shows: "a window larger than the input: nothing",
      inputs: [normal([2, 2, 6, 3]), w, normal([4], 3)],
    },
  ],
  FusedDepthwiseConv2D: [
    fusedDepthwise("linear"),
    fusedDepthwise("relu"),
    fusedDepthwise("relu6"),
    fusedDepthwise("elu"),
    fusedDepthwise("sigmoid"),
    { ...fusedDepthwise("leakyrelu", { leakyreluAlpha: 0.1 }), attrs: { leakyreluAlpha: 0.1 } },
    {
      shows: "prelu, strides",
      run: (a, f, bias, slope) =>
        tf.fused.depthwiseConv2d({
          x: as4(a),
          filter: as4(f),
          strides: 2,
          pad: "same",
          bias,
          activation: "prelu",
          preluActivationWeights: slope,
        }),
      inputs: [x, depthFilter, normal([6], 3), normal([6], 4)],
    },
  ],
} satisfies Partial<Cases>;
