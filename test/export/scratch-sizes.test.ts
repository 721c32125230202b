import { optimize, trace, graphText, opCounts } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "./lower/values.ts";
import type { NamedFunction } from "./support.ts";
import { expectAnySize, type Sizes } from "./symbolic-support.ts";
const points: Sizes[] = [
  { batch: 1, height: 16, width: 16 },
  { batch: 2, height: 17, width: 30 },
  { batch: 3, height: 33, width: 18 },
];
const pictures = { x: { shape: ["batch", "height", "width", 3] } } as const;
const c = (shape: number[], seed: number) => tf.keep(tf.tensor(normal(shape, seed).data as Float32Array, shape)) as tf.Tensor4D;
const w = c([3, 3, 3, 3], 1);
const one =
  (op: (x: tf.Tensor4D, height: number, width: number, batch: number) => tf.Tensor): NamedFunction =>
  ({ x }) => {
    const [batch, height, width] = x!.shape as [number, number, number];
    return { y: op(x as tf.Tensor4D, height, width, batch) };
  };
const fns: Record<string, NamedFunction> = {
  bilinear: one((x, h, ww) => tf.image.resizeBilinear(x, [2 * h, 2 * ww])),
  bilinearAlign: one((x, h, ww) => tf.image.resizeBilinear(x, [2 * h, 2 * ww], true)),
  bilinearHalf: one((x, h, ww) => tf.image.resizeBilinear(x, [2 * h, 2 * ww], false, true)),
  nearest: one((x, h, ww) => tf.image.resizeNearestNeighbor(x, [2 * h, 2 * ww])),
  fixed: one((x) => tf.image.resizeBilinear(x, [20, 20])),
  oneandhalf: one((x, h, ww) => tf.image.resizeNearestNeighbor(x, [Math.floor(1.5 * h), Math.floor(1.5 * ww)])),
  gradBilinear: one((x, h, ww) => tf.grad((v) => tf.sum(tf.square(tf.image.resizeBilinear(v as tf.Tensor4D, [2 * h, 2 * ww]))))(x)),
  gradNearest: one((x, h, ww) => tf.grad((v) => tf.sum(tf.square(tf.image.resizeNearestNeighbor(v as tf.Tensor4D, [2 * h, 2 * ww]))))(x)),
  gradConv1: one((x) => tf.grad((v) => tf.mean(tf.square(tf.conv2d(v as tf.Tensor4D, w, 1, "same"))))(x)),
  gradConv2: one((x) => tf.grad((v) => tf.mean(tf.square(tf.conv2d(v as tf.Tensor4D, w, 2, "same"))))(x)),
  gradConv2valid: one((x) => tf.grad((v) => tf.mean(tf.square(tf.conv2d(v as tf.Tensor4D, w, 2, "valid"))))(x)),
  gradFilter1: one((x) => tf.grad((v) => tf.mean(tf.square(tf.conv2d(x, v as tf.Tensor4D, 1, "same"))))(w)),
  gradFilter2: one((x) => tf.grad((v) => tf.mean(tf.square(tf.conv2d(x, v as tf.Tensor4D, 2, "same"))))(w)),
  maxPoolGrad: one((x) => tf.grad((v) => tf.sum(tf.square(tf.maxPool(v as tf.Tensor4D, 2, 2, "same"))))(x)),
  avgPoolGrad: one((x) => tf.grad((v) => tf.sum(tf.square(tf.avgPool(v as tf.Tensor4D, 2, 2, "same"))))(x)),
  unet: one((x) => tf.concat([x, tf.image.resizeNearestNeighbor(tf.maxPool(x, 2, 2, "same"), [x.shape[1], x.shape[2]])], 3)),
  d2s: one((x, h, ww, b) => tf.depthToSpace(tf.concat([x, x, x, x], 3) as tf.Tensor4D, 2)),
  mirror: one((x) => tf.mirrorPad(x, [[0, 0], [1, 1], [2, 2], [0, 0]], "reflect")),
  reverse: one((x) => tf.reverse(x, 1)),
  cumsum: one((x) => tf.cumsum(x, 1)),
  strided: one((x) => tf.stridedSlice(x, [0, 0, 0, 0], [0, -1, 0, 0], [1, 2, 3, 1], 13, 13)),
  stridedBack: one((x) => tf.stridedSlice(x, [0, -1, 0, 0], [0, 0, 0, 0], [1, -1, 1, 1], 15, 15)),
  split2: one((x, h) => tf.concat(tf.split(tf.concat([x, x], 1), 2, 1), 3)),
  oneHot: one((x) => tf.oneHot(tf.argMax(x, 3), 3)),
  topk: one((x) => tf.topk(x, 2).values),
  gather: one((x, h) => tf.gather(x, [0, 2, 1], 3)),
  range: one((x, h) => tf.add(x, tf.reshape(tf.range(0, h), [1, h, 1, 1]))),
  linspace: one((x, h) => tf.add(x, tf.reshape(tf.linspace(-1, 1, h), [1, h, 1, 1]))),
  batchToSpace: one((x, h) => tf.spaceToBatchND(tf.concat([x, x], 1), [2, 1], [[0, 0], [0, 0]])),
  einsum: one((x) => tf.einsum("bhwc,bhvc->bhwv", x, x)),
  lrn: one((x) => tf.localResponseNormalization(x)),
  transposedValid: one((x, h, ww, b) => tf.conv2dTranspose(x, w, [b, 2 * h + 1, 2 * ww + 1, 3], 2, "valid")),
  transposedSame3: one((x, h, ww, b) => tf.conv2dTranspose(x, w, [b, 2 * h, 2 * ww, 3], 2, "same")),
  crop: one((x) => tf.image.flipLeftRight(x)),
};
describe("scratch", () => {
  it.each(Object.entries(fns))("%s", async (_, fn) => {
    const graph = await expectAnySize(fn, pictures, points, 3e-6);
    console.log(_, graph.nodes.length, JSON.stringify(opCounts(graph)));
  });
});
