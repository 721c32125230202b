import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const x = normal([3, 4, 5]);
const twice = int([2, 0, 2, 1]);

export const cases = {
  GatherNd: [
    {
      shows: "single elements",
      run: (a, i) => tf.gatherND(a, i),
      inputs: [x, int([0, 1, 2, 2, 3, 4], [2, 3])],
    },
    { shows: "rows", run: (a, i) => tf.gatherND(a, i), inputs: [x, int([1, 0, 1, 2], [4, 1])] },
    {
      shows: "indices of three axes",
      run: (a, i) => tf.gatherND(a, i),
      inputs: [x, int([0, 0, 1, 3, 2, 1, 0, 2], [2, 2, 2])],
    },
    { shows: "one place", run: (a, i) => tf.gatherND(a, i), inputs: [x, int([2, 1])] },
    { shows: "bool", run: (a, i) => tf.gatherND(a, i), inputs: [bool([0, 1, 1]), int([2, 0], [2, 1])] },
  ],
  GatherV2: [
    { shows: "rows, some of them twice", run: (a, i) => tf.gather(a, i), inputs: [x, twice] },
    { shows: "a middle axis", run: (a, i) => tf.gather(a, i, 1), inputs: [x, twice] },
    { shows: "the last axis", run: (a, i) => tf.gather(a, i, -1), inputs: [x, twice] },
    { shows: "one index", run: (a, i) => tf.gather(a, i, 1), inputs: [x, int([3], [])] },
    {
      shows: "indices of two axes",
      run: (a, i) => tf.gather(a, i, 1),
      inputs: [x, int([0, 1, 3, 2], [2, 2])],
    },
    { shows: "constant indices", run: (a) => tf.gather(a, tf.tensor1d([2, 0], "int32")), inputs: [x] },
    {
      shows: "batch axes",
      run: (a, i) => tf.gather(a, i, 1, 1),
      inputs: [x, int([0, 3, 1, 1, 2, 0], [3, 2])],
    },
    {
      shows: "batch axes, and axes between",
      run: (a, i) => tf.gather(a, i, 2, 1),
      inputs: [x, int([0, 4, 1, 1, 2, 0], [3, 2])],
    },
    {
      shows: "two batch axes",
      run: (a, i) => tf.gather(a, i, 2, 2),
      inputs: [normal([2, 2, 3, 2]), int([0, 2, 1, 1, 2, 0, 0, 0], [2, 2, 2])],
      // tfjs's own gradient knows one batch axis only.
      gradient: false,
    },
    { shows: "int32", run: (a, i) => tf.gather(a, i), inputs: [int([5, 6, 7]), twice] },
    { shows: "bool", run: (a, i) => tf.gather(a, i), inputs: [bool([1, 0, 1]), twice] },
    { shows: "no index", run: (a, i) => tf.gather(a, i), inputs: [float([1, 2]), int([])], gradient: false },
  ],
} satisfies Partial<Cases>;
