import { tf } from "@vaekit/train";
import { describe, it } from "vitest";
import type { NamedFunction } from "../support.ts";
import { expectAnySize } from "../symbolic-support.ts";

/** None of them is recorded. */
const sizes = [
  { batch: 1, time: 4 },
  { batch: 2, time: 9 },
  { batch: 6, time: 13 },
];

const of =
  (op: (x: tf.Tensor3D, batch: number, time: number) => tf.Tensor): NamedFunction =>
  ({ x }) => {
    const [batch, time] = x!.shape as [number, number, number];
    return { y: op(x as tf.Tensor3D, batch, time) };
  };
const gradientOf = (op: (x: tf.Tensor3D) => tf.Tensor) =>
  of((x) => tf.grad((v) => tf.sum(tf.square(op(v as tf.Tensor3D))))(x));
/** Whole numbers within 0 ... 2, one for each row: the largest of three. */
const best = (x: tf.Tensor) => tf.argMax(x, -1);
const table = tf.tidy(() => tf.keep(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])));
const time0 = (x: tf.Tensor) => tf.slice(x, [0, 0, 0], [-1, 1, -1]);

const functions: Record<string, NamedFunction> = {
  "embeddings of computed ids": of((x) => tf.gather(table, best(x))),
  "the gradient of picked features": gradientOf((x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"), 2)),
  "the gradient of picked rows": gradientOf((x) => tf.gather(x, tf.tensor1d([0, 0], "int32"), 0)),
  "features picked in each batch": of((x) => tf.gather(tf.reshape(time0(x), [-1, 3]), best(x), 1, 1)),
  "rows named by two indices": of((x) => tf.gatherND(table, tf.reshape(best(x), [-1, 1]) as tf.Tensor)),
  "one-hot": of((x) => tf.oneHot(best(x), 3)),
  "top two": of((x) => tf.topk(x, 2).values),
  "running sums along the time": of((x) => tf.cumsum(x, 1)),
  "the gradient of running sums": gradientOf((x) => tf.cumsum(x, 2)),
  "running products of features": of((x) => tf.cumprod(x, 2, true)),
  "products over the time": of((x) => tf.prod(x, 1)),
  "the time reversed": of((x) => tf.reverse(x, 1)),
  "the time backwards, every other": of((x) => tf.stridedSlice(x, [0, 0, 0], [0, 0, 0], [1, -2, 1], 7, 7)),
  "differences in time": of((x, _, time) =>
    tf.sub(tf.slice(x, [0, 1, 0], [-1, time - 1, -1]), tf.slice(x, [0, 0, 0], [-1, time - 1, -1])),
  ),
  "all and any": of((x) => tf.logicalAnd(tf.all(tf.less(x, 9), 1), tf.any(tf.greater(x, 0), 1))),
  "an einsum over the time": of((x) => tf.einsum("bti,btj->bij", x, x)),
  "sums of segments": of((x) =>
    tf.unsortedSegmentSum(tf.reshape(x, [-1, 3]), tf.reshape(best(x), [-1]) as tf.Tensor1D, 3),
  ),
  "counts in each batch": of((x) => tf.denseBincount(best(x) as tf.Tensor2D, tf.zeros([0, 0]), 3)),
  "counts over all": of((x) => tf.bincount(tf.reshape(best(x), [-1]) as tf.Tensor1D, tf.zeros([0]), 3)),
  "places in a sorted list": of((x, batch) =>
    tf.searchSorted(tf.tile(tf.tensor2d([[-1, 0, 1]]), [batch, 1]), tf.reshape(x, [batch, -1])),
  ),
  "scattered into a table": of((x) =>
    tf.scatterND(tf.reshape(best(x), [-1, 1]), tf.reshape(x, [-1, 3]), [3, 3]),
  ),
  "angles and rests": of((x) => tf.mod(tf.atan2(x, tf.add(x, 0.5)), 0.7)),
  "a causal mask": of((x, _, time) => {
    const mask = tf.linalg.bandPart(tf.ones([time, time]) as tf.Tensor2D, -1, 0);
    return tf.mul(tf.matMul(x, x, false, true), mask);
  }),
  "positions in time": of((x, _, time) => tf.add(x, tf.reshape(tf.range(0, time), [1, time, 1]))),
};

describe("any batch and time", () => {
  it.each(Object.entries(functions))("%s", async (_, fn) => {
    await expectAnySize(fn, { x: { shape: ["batch", "time", 3] } }, sizes);
  });
});
