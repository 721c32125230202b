import { TraceError, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { type NamedFunction, runOnnx } from "../support.ts";
import { float, int } from "./values.ts";

const ids = (...values: number[]) => tf.tensor1d(values, "int32");
const padded = (boxes: tf.Tensor, scores: tf.Tensor, overlap: number, pad: boolean) =>
  tf.image.nonMaxSuppressionPadded(boxes as tf.Tensor2D, scores as tf.Tensor1D, 3, overlap, 0, pad)
    .selectedIndices!;

/** x [4, 4], i [4] */
const refused: [string, NamedFunction, RegExp][] = [
  [
    "segments that are computed",
    ({ x, i }) => ({ y: tf.sparse.sparseSegmentSum(x!, i as tf.Tensor1D, i as tf.Tensor1D) }),
    /SparseSegmentSum cannot be lowered here: .*use tf\.unsortedSegmentSum/,
  ],
  [
    "segments that fall",
    ({ x, i }) => ({ y: tf.sparse.sparseSegmentMean(x!, i as tf.Tensor1D, ids(0, 2, 1, 2)) }),
    /segment ids are not increasing/,
  ],
  [
    "a constant index beyond the end",
    ({ x }) => ({ y: tf.gather(x!, ids(0, 4)) }),
    /the index value 4 is not in \[0, 3\]/,
  ],
  [
    "constant indices that are all one number",
    ({ x }) => ({ y: tf.gather(x!, ids(7, 7)) }),
    /the index value 7 is not in \[0, 3\]/,
  ],
  [
    "constant shapes of different sizes",
    ({ i }) => {
      const places = tf.reshape(i!, [2, 2]) as tf.Tensor2D;
      return { y: tf.sparse.sparseReshape(places, ids(2, 3), ids(4, -1)).outputIndices! };
    },
    /multiple of 4/,
  ],
  [
    "boxes, as many as are found",
    ({ x }) => ({ y: padded(x!, tf.sum(x!, 1), 0.5, false) }),
    /NonMaxSuppressionV4 cannot be lowered here: .*padToMaxOutputSize/,
  ],
  ["boxes of which one is left", ({ x }) => ({ y: padded(x!, tf.sum(x!, 1), 0, true) }), /iouThreshold of 0/],
];

describe("what depends on values that a graph does not know", () => {
  it.each(refused)("%s", (_, fn, message) => {
    const record = () => trace(fn, { x: { shape: [4, 4] }, i: { shape: [4], dtype: "int32" } });
    expect(record).toThrow(TraceError);
    expect(record).toThrow(message);
  });
});

it("a computed index beyond the end is an error of the runtime, as it is in tfjs", async () => {
  const graph = trace(({ x, i }) => ({ y: tf.gather(x!, i!) }), {
    x: { shape: [2] },
    i: { shape: [1], dtype: "int32" },
  });
  await expect(runOnnx(graph, { x: float([1, 2]), i: int([2]) })).rejects.toThrow(/out of data bounds/);
});

it("sizes of 0, which nothing can be reshaped to, do not end the process", async () => {
  const graph = trace(
    ({ i, from, to }) => ({
      y: tf.sparse.sparseReshape(i as tf.Tensor2D, from as tf.Tensor1D, to as tf.Tensor1D).outputIndices!,
    }),
    {
      i: { shape: [1, 2], dtype: "int32" },
      from: { shape: [2], dtype: "int32" },
      to: { shape: [2], dtype: "int32" },
    },
  );
  const { y } = await runOnnx(graph, { i: int([0, 1], [1, 2]), from: int([2, 0]), to: int([0, -1]) });
  expect(y!.shape).toEqual([1, 2]);
});
