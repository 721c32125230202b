import { tf } from "@vaekit/train";
import { normal } from "./lower/values.ts";
import type { NamedFunction } from "./support.ts";

export const pictures = { x: { shape: ["batch", "height", "width", 3] } } as const;

const one =
  (op: (x: tf.Tensor4D, height: number, width: number, batch: number) => tf.Tensor): NamedFunction =>
  ({ x }) => {
    const [batch, height, width] = x!.shape as [number, number, number];
    return { y: op(x as tf.Tensor4D, height, width, batch) };
  };
const constant = (shape: number[], seed: number) =>
  tf.tensor(normal(shape, seed).data as Float32Array, shape);
const w3 = tf.tidy(() => tf.keep(constant([3, 4], 5)));

const attention = one((x, height, width, batch) => {
  const tokens = tf.reshape(x, [batch, height * width, 3]);
  const [q, k] = [tf.matMul(tokens, tf.tile(tf.expandDims(w3, 0), [batch, 1, 1])), tokens];
  const scores = tf.softmax(tf.mul(tf.matMul(k, k, false, true), 1 / Math.sqrt(3)));
  return tf.reshape(tf.matMul(scores, q), [batch, height, width, 4]);
});

/** What models do with pictures of any size, by what it is. */
export const pictureFunctions: Record<string, NamedFunction> = {
  "elementwise with zeros and ones of the shape": one((x) =>
    tf.add(tf.mul(x, tf.onesLike(x)), tf.zeros(x.shape)),
  ),
  "fill of [batch, height, 1, 3]": one((x, height, _, batch) =>
    tf.add(x, tf.fill([batch, height, 1, 3], 0.5)),
  ),
  "flatten to [batch, height * width, channels]": one((x, height, width, batch) =>
    tf.reshape(x, [batch, height * width, 3]),
  ),
  "flatten everything but the batch": one((x, _h, _w, batch) => tf.reshape(x, [batch, -1])),
  "flatten to rows": one((x) => tf.reshape(x, [-1, 3])),
  "flatten and back": one((x, height, width, batch) =>
    tf.reshape(tf.matMul(tf.reshape(x, [-1, 3]) as tf.Tensor2D, w3 as tf.Tensor2D), [
      batch,
      height,
      width,
      4,
    ]),
  ),
  "split heads: [batch, height, width, 3] to [batch, width, height, 3, 1]": one((x, height, width, batch) =>
    tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, width, height, 3, 1]),
  ),
  "attention over all places": attention,
  "mean over height and width": one((x) => tf.mean(x, [1, 2])),
  "global max pooling": one((x) => tf.max(x, [1, 2], true)),
  "mean over everything": one((x) => tf.mean(x)),
  "gradient of a mean over height and width": one((x) =>
    tf.grad((v) => tf.sum(tf.square(tf.mean(v, [1, 2]))))(x),
  ),
  "gradient of a mean over everything": one((x) => tf.grad((v) => tf.mean(tf.square(v)))(x)),
  "gradient of attention": one((x) => tf.grad((v) => tf.mean(attention({ x: v }).y!))(x)),
  "normalised over places": one((x) => {
    const { mean, variance } = tf.moments(x, [1, 2], true);
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
  }),
  "instance normalisation's gradient": one((x) =>
    tf.grad((v) => {
      const { mean, variance } = tf.moments(v, [1, 2], true);
      return tf.sum(tf.tanh(tf.div(tf.sub(v, mean), tf.sqrt(tf.add(variance, 1e-3)))));
    })(x),
  ),
  "one over the number of places": one((x, height, width) => tf.mul(x, 1 / (height * width))),
  "the ratio of the sides": one((x, height, width) => tf.mul(x, height / width)),
  "a number that grows with the height": one((x, height) => tf.mul(x, 0.5 * height - 3)),
  "height - 1 as a number": one((x, height) => tf.mul(x, height - 1)),
  "the inside, a row off each side": one((x, height, width) =>
    tf.slice(x, [0, 1, 1, 0], [-1, height - 2, width - 2, -1]),
  ),
  "the inside, flattened": one((x, height, width, batch) =>
    tf.reshape(tf.slice(x, [0, 1, 2, 0], [-1, height - 2, width - 3, -1]), [
      batch,
      (height - 2) * (width - 3),
      3,
    ]),
  ),
  "the upper half": one((x, height) => tf.slice(x, [0, 0, 0, 0], [-1, Math.floor(height / 2), -1, -1])),
  "the lower half": one((x, height) => tf.slice(x, [0, Math.floor(height / 2), 0, 0], [-1, -1, -1, -1])),
  "every other row and column": one((x) =>
    tf.stridedSlice(x, [0, 0, 0, 0], [0, 0, 0, 0], [1, 2, 2, 1], 15, 15),
  ),
  "padded by a fixed number": one((x) =>
    tf.pad(x, [
      [0, 0],
      [1, 2],
      [3, 0],
      [0, 0],
    ]),
  ),
  "padded to twice the size": one((x, height, width) =>
    tf.pad(x, [
      [0, 0],
      [0, height],
      [0, width],
      [0, 0],
    ]),
  ),
  "padded to a multiple of 4": one((x, height, width) =>
    tf.pad(tf.slice(x, [0, 0, 0, 0], [-1, 4 * Math.floor(height / 4), 4 * Math.floor(width / 4), -1]), [
      [0, 0],
      [0, 4],
      [0, 4],
      [0, 0],
    ]),
  ),
  "doubled by tiles": one((x, height, width, batch) =>
    tf.reshape(tf.tile(tf.reshape(x, [batch, height, 1, width, 1, 3]), [1, 1, 2, 1, 2, 1]), [
      batch,
      2 * height,
      2 * width,
      3,
    ]),
  ),
  "rows of the picture and its mirror": one((x) => tf.concat([x, tf.transpose(x, [0, 1, 2, 3])], 1)),
  "tokens with one more in front": one((x, height, width, batch) =>
    tf.concat([tf.zeros([batch, 1, 3]), tf.reshape(x, [batch, height * width, 3])], 1),
  ),
  "tokens with one more, as rows": one((x, height, width, batch) =>
    tf.matMul(
      tf.reshape(tf.concat([tf.zeros([batch, 1, 3]), tf.reshape(x, [batch, height * width, 3])], 1), [-1, 3]),
      w3 as tf.Tensor2D,
    ),
  ),
  "tokens of two sizes": one((x, height, width, batch) => {
    const rows = tf.mean(x, 2);
    const tokens = tf.concat([rows, tf.reshape(x, [batch, height * width, 3])], 1);
    return tf.reshape(tokens, [batch, height + height * width, 3, 1]);
  }),
  "products over the width": one((x) =>
    tf.matMul(tf.transpose(x, [0, 3, 2, 1]), tf.transpose(x, [0, 3, 1, 2]), true, true),
  ),
};
