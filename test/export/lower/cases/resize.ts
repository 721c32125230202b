import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { int, normal } from "../values.ts";

const as4 = (x: tf.Tensor) => x as tf.Tensor4D;
const x = normal([2, 3, 4, 3]);
const square = normal([2, 4, 4, 2]);
const one = normal([1, 3, 4, 2]);

const bilinear =
  (size: [number, number], alignCorners = false, halfPixel = false) =>
  (v: tf.Tensor) =>
    tf.image.resizeBilinear(as4(v), size, alignCorners, halfPixel);
const nearest =
  (size: [number, number], alignCorners = false, halfPixel = false) =>
  (v: tf.Tensor) =>
    tf.image.resizeNearestNeighbor(as4(v), size, alignCorners, halfPixel);

const kernel = (name: string, attrs: tf.NamedAttrMap) => (images: tf.Tensor, dy: tf.Tensor) =>
  tf.engine().runKernel<tf.Tensor>(name, { images, dy }, attrs);

/** tfjs's cpu backend swaps height and width of the bilinear gradient, so that it is compared on squares. */
const noGradient = { gradient: false };

export const cases = {
  ResizeBilinear: [
    { shows: "twice the size", run: bilinear([6, 8]), inputs: [x], ...noGradient },
    { shows: "twice the size, squares", run: bilinear([8, 8]), inputs: [square] },
    { shows: "a size with a remainder", run: bilinear([5, 7]), inputs: [square] },
    { shows: "smaller", run: bilinear([2, 3]), inputs: [square] },
    {
      shows: "aligned corners",
      run: bilinear([7, 5], true),
      inputs: [square],
      attrs: { alignCorners: true },
    },
    { shows: "aligned corners, to one row", run: bilinear([1, 5], true), inputs: [square] },
    {
      shows: "half-pixel centres",
      run: bilinear([7, 10], false, true),
      inputs: [x],
      attrs: { halfPixelCenters: true },
      ...noGradient,
    },
    // tfjs's gradient leaves the half pixels out.
    { shows: "half-pixel centres, twice the size", run: bilinear([8, 8], false, true), inputs: [square] },
    { shows: "the same size", run: bilinear([4, 4]), inputs: [square] },
    { shows: "int32", run: bilinear([3, 3]), inputs: [int([1, 5, -3, 8], [1, 2, 2, 1])] },
    {
      shows: "one picture",
      run: (v) => tf.image.resizeBilinear(v as tf.Tensor3D, [8, 8]),
      inputs: [normal([4, 4, 3])],
    },
  ],
  ResizeBilinearGrad: [
    {
      shows: "larger",
      run: kernel("ResizeBilinearGrad", { alignCorners: false, halfPixelCenters: false, size: [5, 7] }),
      inputs: [square, normal([2, 5, 7, 2])],
    },
    {
      shows: "smaller, aligned corners",
      run: kernel("ResizeBilinearGrad", { alignCorners: true, halfPixelCenters: false, size: [3, 2] }),
      inputs: [square, normal([2, 3, 2, 2])],
      attrs: { alignCorners: true },
    },
  ],
  // Gradients go by one picture each: tfjs's cpu backend reads dy of all others at the wrong place.
  ResizeNearestNeighbor: [
    { shows: "twice and three times the size", run: nearest([6, 12]), inputs: [one] },
    { shows: "several pictures", run: nearest([6, 8]), inputs: [x], ...noGradient },
    { shows: "a size with a remainder", run: nearest([5, 7]), inputs: [one] },
    { shows: "half the size, and a quarter", run: nearest([2, 1]), inputs: [normal([1, 4, 4, 2])] },
    { shows: "aligned corners", run: nearest([7, 5], true), inputs: [one], attrs: { alignCorners: true } },
    { shows: "aligned corners, twice the size", run: nearest([6, 8], true), inputs: [one] },
    { shows: "half-pixel centres", run: nearest([7, 5], false, true), inputs: [one], ...noGradient },
    { shows: "half-pixel centres, twice the size", run: nearest([6, 8], false, true), inputs: [one] },
    { shows: "the same size", run: nearest([3, 4]), inputs: [one] },
    { shows: "int32", run: nearest([4, 3]), inputs: [int([1, 5, -3, 8], [1, 2, 2, 1])] },
  ],
  ResizeNearestNeighborGrad: [
    {
      shows: "larger",
      run: kernel("ResizeNearestNeighborGrad", {
        alignCorners: false,
        halfPixelCenters: false,
        size: [7, 9],
      }),
      inputs: [one, normal([1, 7, 9, 2])],
    },
    {
      shows: "smaller, aligned corners",
      run: kernel("ResizeNearestNeighborGrad", { alignCorners: true, halfPixelCenters: false, size: [2, 3] }),
      inputs: [one, normal([1, 2, 3, 2])],
    },
  ],
} satisfies Partial<Cases>;
