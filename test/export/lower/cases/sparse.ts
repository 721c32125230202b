import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { int } from "../values.ts";

const indices = int([0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 2, 3], [5, 3]);
const reshaped = (i: tf.Tensor, from: tf.Tensor, to: tf.Tensor) => {
  const { outputIndices, outputShape } = tf.sparse.sparseReshape(
    i as tf.Tensor2D,
    from as tf.Tensor1D,
    to as tf.Tensor1D,
  );
  return [outputIndices!, outputShape!];
};

export const cases = {
  SparseReshape: [
    { shows: "one size is left open", run: reshaped, inputs: [indices, int([2, 3, 6]), int([9, -1])] },
    { shows: "every size is given", run: reshaped, inputs: [indices, int([2, 3, 6]), int([3, 2, 2, 3])] },
    {
      shows: "constant shapes",
      run: (i) => reshaped(i, tf.tensor1d([2, 3, 6], "int32"), tf.tensor1d([4, -1], "int32")),
      inputs: [indices],
    },
    { shows: "flat", run: reshaped, inputs: [indices, int([2, 3, 6]), int([-1])] },
  ],
} satisfies Partial<Cases>;
