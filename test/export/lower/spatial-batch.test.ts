import { trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "../support.ts";
import { expectAnySize } from "../symbolic-support.ts";
import { float, normal } from "./values.ts";

/** None of them is recorded. */
const neverTraced = [1, 2, 11].map((batch) => ({ batch }));
const pictures = { x: { shape: ["batch", 5, 5, 4] } } as const;
const filter = (...shape: [number, number, number, number]) =>
  tf.tensor4d(normal(shape, 5).data as Float32Array, shape);

const one =
  (op: (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[]): NamedFunction =>
  ({ x }) => {
    const y = op(x as tf.Tensor4D);
    return Object.fromEntries([y].flat().map((part, i) => [`y${i}`, part]));
  };
/** By the pictures, and by a filter where there is one. */
const gradients = (op: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor, w?: () => tf.Tensor4D) =>
  one((x) => {
    if (!w) return tf.grad((v) => tf.sum(tf.square(op(v as tf.Tensor4D, x))))(x);
    return tf.grads((v, f) => tf.sum(tf.square(op(v as tf.Tensor4D, f as tf.Tensor4D))))([x, w()]);
  });

const functions: Record<string, NamedFunction> = {
  "fused convolution": one((x) =>
    tf.fused.conv2d({
      x,
      filter: filter(3, 3, 4, 2),
      strides: 2,
      pad: "same",
      bias: tf.tensor1d([1, -1]),
      activation: "relu",
    }),
  ),
  "depthwise convolution": one((x) => tf.depthwiseConv2d(x, filter(3, 3, 4, 2), 1, "valid")),
  "transposed convolution": one((x) =>
    tf.conv2dTranspose(x, filter(3, 3, 2, 4), [x.shape[0], 10, 10, 2], 2, "same"),
  ),
  "gradients of a convolution": gradients(
    (x, w) => tf.conv2d(x, w, 2, "same"),
    () => filter(3, 3, 4, 2),
  ),
  "gradients of a transposed convolution": gradients(
    (x, w) => tf.conv2dTranspose(x, w, [x.shape[0], 10, 10, 2], 2, "same"),
    () => filter(3, 3, 2, 4),
  ),
  "gradients of a depthwise convolution": gradients(
    (x, w) => tf.depthwiseConv2d(x, w, 2, "same"),
    () => filter(3, 3, 4, 2),
  ),
  "gradient of max pooling": gradients((x) => tf.maxPool(x, 3, 2, "same")),
  "gradient of average pooling": gradients((x) => tf.avgPool(x, 2, 1, "same")),
  "gradient of a bilinear resize": gradients((x) => tf.image.resizeBilinear(x, [8, 8])),
  "gradient of a dilation": gradients((x) => tf.dilation2d(x, tf.zeros([2, 2, 4]), 1, "same")),
  "gradient of local response normalisation": gradients((x) => tf.localResponseNormalization(x, 2)),
  "places of maxima": one((x) => {
    const { result, indexes } = tf.maxPoolWithArgmax(x, 2, 2, "same", true);
    return [result!, indexes!];
  }),
  "nearest resize": one((x) => tf.image.resizeNearestNeighbor(x, [7, 3])),
  "space to batch and back": one((x) => {
    const apart = tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    );
    return tf.batchToSpaceND(
      tf.relu(apart),
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    );
  }),
  "dilated pooling": one((x) => tf.pool(x, 2, "max", "same", 2)),
  rotation: one((x) => tf.image.rotateWithOffset(x, 0.5)),
  "a crop of the first picture": one((x) =>
    tf.image.cropAndResize(x, tf.tensor2d([[0.1, 0.2, 0.9, 0.7]]), tf.tensor1d([0], "int32"), [3, 3]),
  ),
};

describe("with a symbolic batch", () => {
  it.each(Object.entries(functions))("%s", async (_, fn) => {
    await expectAnySize(fn, pictures, neverTraced);
  });
});

describe("where tfjs's cpu backend cannot be asked", () => {
  it("a depthwise convolution of NCHW is that of NHWC between transposes", async () => {
    const shape = [2, 3, 5, 6];
    const [w, x] = [normal([3, 2, 3, 2], 2), normal(shape)];
    const first: NamedFunction = (given) => ({
      y: tf.depthwiseConv2d(given.x as tf.Tensor4D, given.w as tf.Tensor4D, [2, 1], "same", "NCHW"),
    });
    const last: NamedFunction = (given) => {
      const turned = tf.transpose(given.x!, [0, 2, 3, 1]) as tf.Tensor4D;
      const y = tf.depthwiseConv2d(turned, given.w as tf.Tensor4D, [2, 1], "same");
      return { y: tf.transpose(y, [0, 3, 1, 2]) };
    };
    const graph = trace(first, { x: { shape }, w: { shape: w.shape } });
    expectSameOutputs(await runOnnx(graph, { x, w }), runTfjs(last, { x, w }));
  });

  it("a transform of each picture is that of each alone: tfjs transforms the first only", async () => {
    const transform: NamedFunction = ({ x, t }) => ({
      y: tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, "bilinear", "reflect"),
    });
    const rows = [
      [0.9, -0.3, 1.3, 0.2, 1.1, -0.7, 0.01, -0.02],
      [1.1, 0.2, -0.4, -0.1, 0.8, 0.6, 0, 0.03],
    ];
    const x = normal([2, 5, 6, 2]);
    const graph = trace(transform, { x: { shape: x.shape }, t: { shape: [2, 8] } });
    const { y } = await runOnnx(graph, { x, t: float(rows.flat(), [2, 8]) });
    const alone = rows.map((row, i) => {
      const part = float([...(x.data as Float32Array).slice(i * 60, (i + 1) * 60)], [1, 5, 6, 2]);
      return runTfjs(transform, { x: part, t: float(row, [1, 8]) }).y!.data as Float32Array;
    });
    const expected = float(
      alone.flatMap((part) => [...part]),
      [2, 5, 6, 2],
    );
    expectSameOutputs({ y: y! }, { y: expected });
  });

  it("a transform without tables for each picture serves all", async () => {
    const fn: NamedFunction = ({ x, t }) => ({
      y: tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, "nearest", "constant"),
    });
    const t = float([1, 0, 1, 0, 1, 0, 0, 0], [1, 8]);
    const shape = [3, 2, 3, 1];
    const graph = trace(fn, { x: { shape }, t: { shape: [1, 8] } });
    const { y } = await runOnnx(graph, {
      x: float(
        Array.from({ length: 18 }, (_, i) => i + 1),
        shape,
      ),
      t,
    });
    expect([...(y!.data as Float32Array)]).toEqual([
      2, 3, 0, 5, 6, 0, 8, 9, 0, 11, 12, 0, 14, 15, 0, 17, 18, 0,
    ]);
  });

  it("a nearest resize's gradient goes by picture: tfjs reads dy of the second at the wrong place", async () => {
    const gradient: NamedFunction = ({ x, dy }) => ({
      dx: tf.grad((v) => tf.image.resizeNearestNeighbor(v as tf.Tensor4D, [6, 8]))(x!, dy!),
    });
    const [x, dy] = [normal([2, 3, 4, 2]), normal([2, 6, 8, 2], 2)];
    const graph = trace(gradient, { x: { shape: x.shape }, dy: { shape: dy.shape } });
    const { dx } = await runOnnx(graph, { x, dy });
    const half = (data: Float32Array, i: number) => [
      ...data.slice((i * data.length) / 2, ((i + 1) * data.length) / 2),
    ];
    const alone = [0, 1].flatMap((i) => {
      const feeds = {
        x: float(half(x.data as Float32Array, i), [1, 3, 4, 2]),
        dy: float(half(dy.data as Float32Array, i), [1, 6, 8, 2]),
      };
      return [...(runTfjs(gradient, feeds).dx!.data as Float32Array)];
    });
    expectSameOutputs({ dx: dx! }, { dx: float(alone, [2, 3, 4, 2]) });
  });
});
