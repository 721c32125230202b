import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal, uniform } from "../values.ts";

const inf = Number.POSITIVE_INFINITY;
const ties = float([2, 5, 5, 1, 5, 2, -inf, inf], [2, 4]);
const topk = (k: number, sorted?: boolean) => (x: tf.Tensor) => {
  const { values, indices } = tf.topk(x, k, sorted);
  return [values, indices];
};

const sorted = float([1, 3, 3, 5, -2, 0, 0, 9], [2, 4]);
const wanted = float([3, 0, 5.5, -9, 1, 0, 9, inf], [2, 4]);
/** Three heaps of overlapping boxes; y1, x1, y2, x2. */
const boxes = float(
  [0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 0, 10.1, 1, 11.1, 0, 100, 1, 101],
  [6, 4],
);
const scores = float([0.9, 0.75, 0.6, 0.95, 0.5, 0.3]);
const padded = (most: number, overlap: number, least?: number) => (b: tf.Tensor, s: tf.Tensor) => {
  const { selectedIndices, validOutputs } = tf.image.nonMaxSuppressionPadded(
    b as tf.Tensor2D,
    s as tf.Tensor1D,
    most,
    overlap,
    least,
    true,
  );
  return [selectedIndices!, validOutputs!];
};

export const cases = {
  NonMaxSuppressionV4: [
    { shows: "fewer than asked for", run: padded(5, 0.5), inputs: [boxes, scores] },
    { shows: "more than asked for", run: padded(2, 0.5), inputs: [boxes, scores] },
    { shows: "a lowest score, which is left out itself", run: padded(5, 0.5, 0.3), inputs: [boxes, scores] },
    { shows: "no box is good enough", run: padded(3, 0.5, 2), inputs: [boxes, scores] },
    {
      shows: "an overlap of exactly the threshold is too much",
      run: padded(3, 0.5),
      inputs: [float([0, 0, 1, 1, 0, 0, 1, 2, 0, 0, -1, -1], [3, 4]), float([1, 2, 0])],
    },
    {
      shows: "equal scores, the first box first",
      run: padded(4, 0.5),
      inputs: [boxes, float([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])],
    },
    {
      shows: "many",
      run: padded(40, 0.3, 0.1),
      inputs: [uniform([60, 4], 0, 1), uniform([60], 0, 1, 2)],
    },
  ],
  SearchSorted: [
    { shows: "left", run: (s, v) => tf.searchSorted(s, v, "left"), inputs: [sorted, wanted] },
    { shows: "right", run: (s, v) => tf.searchSorted(s, v, "right"), inputs: [sorted, wanted] },
    { shows: "lowerBound", run: (s, v) => tf.lowerBound(s, v), inputs: [float([1, 2, 4]), float([0, 2, 9])] },
    { shows: "upperBound", run: (s, v) => tf.upperBound(s, v), inputs: [int([1, 2, 4]), int([0, 2, 9])] },
  ],
  TopK: [
    { shows: "some", run: topk(3), inputs: [normal([2, 3, 6])] },
    { shows: "of equals the first one first", run: topk(3), inputs: [ties] },
    { shows: "all", run: topk(4), inputs: [ties] },
    { shows: "one", run: topk(1), inputs: [normal([7])] },
    { shows: "int32", run: topk(2), inputs: [int([3, -1, 7, 7])] },
  ],
} satisfies Partial<Cases>;
