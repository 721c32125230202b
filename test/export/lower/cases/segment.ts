import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal } from "../values.ts";

const ids = int([2, 0, 2, 1, 0]);
const values = int([1, 1, 0, 2, 5, 1]);
const table = int([1, 1, 0, 2, 9, 1], [2, 3]);
const picks = int([2, 0, 1, 2]);

// tfjs types its arguments by rank; the cases hold tensors of any.
const none = (x: tf.Tensor): tf.Tensor => tf.zeros(x.shape.map(() => 0));
const total = (segments: number) => (x: tf.Tensor, s: tf.Tensor) =>
  tf.unsortedSegmentSum(x, s as tf.Tensor1D, segments);
const counts = (size: number) => (x: tf.Tensor, weights?: tf.Tensor) =>
  tf.bincount(x as tf.Tensor1D, (weights ?? tf.tensor1d([])) as tf.Tensor1D, size);
const denseCounts = (size: number, binary?: boolean) => (x: tf.Tensor, weights?: tf.Tensor) =>
  tf.denseBincount(x as tf.Tensor1D, (weights ?? none(x)) as tf.Tensor1D, size, binary);
const segmentSum =
  (...segments: number[]) =>
  (x: tf.Tensor, i: tf.Tensor) =>
    tf.sparse.sparseSegmentSum(x, i as tf.Tensor1D, tf.tensor1d(segments, "int32"));
const segmentMean =
  (...segments: number[]) =>
  (x: tf.Tensor, i: tf.Tensor) =>
    tf.sparse.sparseSegmentMean(x, i as tf.Tensor1D, tf.tensor1d(segments, "int32"));

export const cases = {
  Bincount: [
    { shows: "counts", run: counts(4), inputs: [values] },
    { shows: "weights", run: counts(6), inputs: [values, normal([6])] },
    {
      shows: "int32 weights",
      run: counts(3),
      inputs: [values, int([1, 2, 3, 4, 5, 6])],
    },
  ],
  DenseBincount: [
    { shows: "one row", run: denseCounts(4), inputs: [values] },
    { shows: "rows", run: denseCounts(4), inputs: [table] },
    { shows: "weights", run: denseCounts(4), inputs: [table, normal([2, 3])] },
    {
      shows: "rows, only whether they are there",
      run: denseCounts(3, true),
      inputs: [table],
    },
  ],
  SparseSegmentMean: [
    {
      shows: "rows",
      run: segmentMean(0, 0, 1, 1),
      inputs: [normal([3, 2]), picks],
    },
    {
      shows: "a segment of no rows",
      run: segmentMean(0, 2, 2, 3),
      inputs: [normal([3, 2]), picks],
    },
    {
      shows: "all of one segment",
      run: segmentMean(0, 0, 0, 0),
      inputs: [normal([3]), picks],
    },
    {
      shows: "int32, cut off",
      run: segmentMean(0, 0, 1, 1),
      inputs: [int([5, -4, 2]), picks],
    },
  ],
  SparseSegmentSum: [
    {
      shows: "rows",
      run: segmentSum(0, 0, 1, 1),
      inputs: [normal([3, 2]), picks],
    },
    {
      shows: "a segment of no rows",
      run: segmentSum(1, 1, 1, 3),
      inputs: [normal([3, 2, 2]), picks],
    },
    {
      shows: "int32",
      run: segmentSum(0, 0, 1, 1),
      inputs: [int([5, -4, 2]), picks],
    },
  ],
  UnsortedSegmentSum: [
    { shows: "rows", run: total(3), inputs: [normal([5, 2]), ids] },
    { shows: "elements", run: total(3), inputs: [normal([5]), ids] },
    {
      shows: "more segments than ids",
      run: total(5),
      inputs: [normal([5, 2]), ids],
    },
    { shows: "negative ids are left out", run: total(2), inputs: [float([1, 2, 3, 4]), int([0, -1, -5, 1])] },
    {
      shows: "ids beyond are left out",
      run: total(2),
      inputs: [float([1, 2, 3, 4]), int([0, 2, 9, 1])],
      // tfjs's own gradient fails of them: it gathers the segments.
      gradient: false,
    },
    { shows: "int32", run: total(3), inputs: [int([1, 2, 3, 4, 5]), ids] },
  ],
} satisfies Partial<Cases>;
