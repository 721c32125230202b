import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal, uniform } from "../values.ts";

const as4 = (x: tf.Tensor) => x as tf.Tensor4D;
const x = normal([2, 5, 6, 3]);
const picture = normal([1, 5, 6, 2]);

const dilate =
  (strides: number | [number, number], pad: "same" | "valid", dilations: number | [number, number] = 1) =>
  (v: tf.Tensor, f: tf.Tensor) =>
    tf.dilation2d(as4(v), f as tf.Tensor3D, strides, pad, dilations);
const dilationGradient = (kernel: string) => (v: tf.Tensor, f: tf.Tensor, dy: tf.Tensor) =>
  tf
    .engine()
    .runKernel<tf.Tensor>(kernel, { x: v, filter: f, dy }, { strides: 1, pad: "same", dilations: [1, 2] });
const weights = normal([2, 3, 3], 2);
/** Sums of few different values: each window holds its maximum several times. */
const [equals, equalWeights] = [
  float(
    Array.from({ length: 50 }, (_, i) => (i * 7) % 2),
    [1, 5, 5, 2],
  ),
  float(Array(8).fill(0.5), [2, 2, 2]),
];

const mirror =
  (mode: "reflect" | "symmetric", ...paddings: [number, number][]) =>
  (v: tf.Tensor) =>
    tf.mirrorPad(v, paddings, mode);

const boxes = float([0, 0, 1, 1, 0.27, 0.12, 0.55, 0.87, 0.9, 0.83, 0.2, 0.11, -0.5, 0.3, 0.5, 1.5], [4, 4]);
const crop =
  (size: [number, number], method: "bilinear" | "nearest", extrapolation?: number) =>
  (v: tf.Tensor, at: tf.Tensor, which: tf.Tensor) =>
    tf.image.cropAndResize(as4(v), at as tf.Tensor2D, which as tf.Tensor1D, size, method, extrapolation);
const cropped = [x, boxes, int([0, 1, 1, 0])];

const transform =
  (
    interpolation: "nearest" | "bilinear",
    fillMode: "constant" | "reflect" | "wrap" | "nearest",
    fillValue = 0,
    outputShape?: [number, number],
  ) =>
  (v: tf.Tensor, t: tf.Tensor) =>
    tf.image.transform(as4(v), t as tf.Tensor2D, interpolation, fillMode, fillValue, outputShape);
/** Turned, moved and seen at an angle; no coordinate lies half-way between two pixels. */
const projective = float([0.9, -0.3, 1.3, 0.2, 1.1, -0.7, 0.01, -0.02], [1, 8]);
/** Far beyond every edge, several times the size, at places that float32 holds exactly. */
const far = float([3.25, 0.375, -9.125, 0.375, -4.25, 11.375, 0, 0], [1, 8]);
const fillModes = ["constant", "reflect", "wrap", "nearest"] as const;

export const cases = {
  DepthToSpace: [
    { shows: "blocks of two", run: (v) => tf.depthToSpace(as4(v), 2), inputs: [normal([2, 2, 3, 8])] },
    { shows: "blocks of three", run: (v) => tf.depthToSpace(as4(v), 3), inputs: [normal([1, 2, 1, 9])] },
  ],
  SpaceToBatchND: [
    {
      shows: "padded",
      run: (v) =>
        tf.spaceToBatchND(
          v,
          [2, 3],
          [
            [1, 0],
            [2, 1],
          ],
        ),
      inputs: [x],
    },
    {
      shows: "one axis of two",
      run: (v) => tf.spaceToBatchND(v, [2], [[0, 0]]),
      inputs: [normal([3, 4, 2])],
    },
    { shows: "int32", run: (v) => tf.spaceToBatchND(v, [2], [[1, 0]]), inputs: [int([1, 2, 3], [1, 3])] },
  ],
  BatchToSpaceND: [
    {
      shows: "cropped",
      run: (v) =>
        tf.batchToSpaceND(
          v,
          [2, 3],
          [
            [1, 0],
            [2, 1],
          ],
        ),
      inputs: [normal([12, 3, 3, 2])],
    },
    {
      shows: "one axis of two",
      run: (v) => tf.batchToSpaceND(v, [2], [[0, 0]]),
      inputs: [normal([6, 2, 2])],
    },
  ],
  MirrorPad: [
    { shows: "reflected", run: mirror("reflect", [2, 1], [0, 3]), inputs: [normal([3, 4])] },
    {
      shows: "symmetric, as far as there is",
      run: mirror("symmetric", [3, 1], [0, 4]),
      inputs: [normal([3, 4])],
    },
    { shows: "pictures", run: mirror("reflect", [0, 0], [1, 1], [2, 2], [0, 0]), inputs: [x] },
    { shows: "by nothing", run: mirror("symmetric", [0, 0]), inputs: [normal([3])] },
    { shows: "int32", run: mirror("symmetric", [1, 2]), inputs: [int([1, 2, 3])] },
  ],
  FlipLeftRight: [
    { shows: "pictures", run: (v) => tf.image.flipLeftRight(as4(v)), inputs: [x] },
    { shows: "one column", run: (v) => tf.image.flipLeftRight(as4(v)), inputs: [normal([2, 3, 1, 2])] },
  ],
  LRN: [
    {
      shows: "by default",
      run: (v) => tf.localResponseNormalization(as4(v)),
      inputs: [normal([1, 2, 3, 7])],
    },
    {
      shows: "given constants",
      run: (v) => tf.localResponseNormalization(as4(v), 2, 1.5, 0.3, 0.75),
      inputs: [normal([2, 3, 2, 7])],
      attrs: { depthRadius: 2 },
    },
    {
      shows: "fewer channels than the radius",
      run: (v) => tf.localResponseNormalization(as4(v), 5, 1, 0.1),
      inputs: [x],
    },
  ],
  LRNGrad: [
    {
      shows: "given y",
      run: (v, y, dy) =>
        tf
          .engine()
          .runKernel<tf.Tensor>(
            "LRNGrad",
            { x: v, y, dy },
            { depthRadius: 1, bias: 2, alpha: 0.2, beta: 0.6 },
          ),
      inputs: [x, normal([2, 5, 6, 3], 2), normal([2, 5, 6, 3], 3)],
    },
  ],
  Dilation2D: [
    { shows: "same", run: dilate(1, "same"), inputs: [x, weights] },
    { shows: "valid, strides", run: dilate([2, 1], "valid"), inputs: [x, weights] },
    { shows: "same, dilations", run: dilate(1, "same", [1, 2]), inputs: [x, weights] },
    { shows: "strides and dilations", run: dilate(2, "same", 2), inputs: [x, weights] },
    { shows: "of equal sums the first", run: dilate(1, "same"), inputs: [equals, equalWeights] },
  ],
  Dilation2DBackpropInput: [
    {
      shows: "dilations",
      run: dilationGradient("Dilation2DBackpropInput"),
      inputs: [x, weights, normal([2, 5, 6, 3], 3)],
    },
  ],
  Dilation2DBackpropFilter: [
    {
      shows: "dilations",
      run: dilationGradient("Dilation2DBackpropFilter"),
      inputs: [x, weights, normal([2, 5, 6, 3], 3)],
    },
  ],
  CropAndResize: [
    { shows: "bilinear, boxes beyond the picture", run: crop([4, 3], "bilinear", -2), inputs: cropped },
    { shows: "nearest", run: crop([3, 5], "nearest"), inputs: cropped, attrs: { method: "nearest" } },
    { shows: "one element of each box", run: crop([1, 1], "bilinear"), inputs: cropped },
    { shows: "one row of each box", run: crop([1, 4], "nearest"), inputs: cropped },
    {
      shows: "the whole picture at many sizes",
      run: (...v) =>
        tf.concat(
          [3, 7, 9, 11].map((n) =>
            tf.reshape(crop([n, n], "bilinear")(...(v as [tf.Tensor, tf.Tensor, tf.Tensor])), [-1]),
          ),
        ),
      inputs: [x, float([0, 0, 1, 1], [1, 4]), int([1])],
    },
    { shows: "no such picture", run: crop([2, 2], "bilinear", 5), inputs: [x, boxes, int([0, 2, 7, 1])] },
  ],
  RotateWithOffset: [
    {
      shows: "by an angle",
      run: (v) => tf.image.rotateWithOffset(as4(v), 0.7),
      inputs: [x],
    },
    {
      shows: "around another centre, filled",
      run: (v) => tf.image.rotateWithOffset(as4(v), -2, 0.5, [0.2, 0.8]),
      inputs: [x],
    },
    {
      shows: "a colour behind four channels",
      run: (v) => tf.image.rotateWithOffset(as4(v), 1, [1, 2, 3], 0.5),
      inputs: [uniform([1, 4, 5, 4], 0, 255)],
    },
  ],
  Transform: [
    ...fillModes.map((mode) => ({
      shows: `nearest, ${mode}`,
      run: transform("nearest", mode, 0.5),
      inputs: [picture, projective],
      attrs: { fillMode: mode },
    })),
    ...fillModes.map((mode) => ({
      shows: `bilinear, ${mode}`,
      run: transform("bilinear", mode, 0.5),
      inputs: [picture, projective],
    })),
    ...fillModes.map((mode) => ({
      shows: `far beyond, ${mode}`,
      run: transform("bilinear", mode),
      inputs: [picture, far],
    })),
    {
      shows: "another size",
      run: transform("bilinear", "constant", 0, [3, 8]),
      inputs: [picture, projective],
    },
    {
      shows: "a horizon across the picture",
      run: transform("nearest", "nearest", 7),
      inputs: [picture, float([1, 0, 0.2, 0, 1, 0.3, -0.5, 0], [1, 8])],
    },
  ],
} satisfies Partial<Cases>;
