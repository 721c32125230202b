import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const outside = int([0, 2, -1, 3, 1]);

export const cases = {
  Diag: [
    { shows: "a vector", run: tf.diag, inputs: [normal([3])] },
    { shows: "a matrix", run: tf.diag, inputs: [normal([2, 2])] },
    { shows: "NaN stays on the diagonal", run: tf.diag, inputs: [float([Number.NaN, 1])] },
    { shows: "int32", run: tf.diag, inputs: [int([5, -6])] },
    { shows: "bool", run: tf.diag, inputs: [bool([1, 0, 1])] },
  ],
  OneHot: [
    { shows: "indices outside are off", run: (i) => tf.oneHot(i, 3), inputs: [outside] },
    { shows: "values", run: (i) => tf.oneHot(i, 3, 2.5, -1, "float32"), inputs: [outside] },
    { shows: "a table", run: (i) => tf.oneHot(i, 4), inputs: [int([0, 1, 2, 3], [2, 2])] },
    { shows: "one index", run: (i) => tf.oneHot(i, 2), inputs: [int([1], [])] },
    { shows: "bool", run: (i) => tf.oneHot(i, 3, 1, 0, "bool"), inputs: [outside] },
    { shows: "of a cast", run: (x) => tf.oneHot(tf.cast(x, "int32"), 3), inputs: [float([0, 1.5, 2])] },
  ],
} satisfies Partial<Cases>;
