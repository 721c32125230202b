import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, int, normal } from "../values.ts";

const x = normal([4, 5, 6]);
const [none, first, second] = [0, 1, 2];

export const cases = {
  Reverse: [
    { shows: "one axis", run: (v) => tf.reverse(v, 1), inputs: [x] },
    { shows: "several axes", run: (v) => tf.reverse(v, [0, -1]), inputs: [x] },
    { shows: "all axes", run: (v) => tf.reverse(v), inputs: [x] },
    { shows: "int32", run: (v) => tf.reverse(v), inputs: [int([1, 2, 3])] },
    { shows: "bool", run: (v) => tf.reverse(v), inputs: [bool([1, 0, 0])] },
  ],
  StridedSlice: [
    { shows: "every other", run: (v) => tf.stridedSlice(v, [0, 1, 0], [4, 5, 6], [2, 2, 3]), inputs: [x] },
    { shows: "backwards", run: (v) => tf.stridedSlice(v, [3, 4], [0, 1], [-1, -2]), inputs: [x] },
    {
      shows: "backwards to the start",
      run: (v) => tf.stridedSlice(v, [3], [0], [-1], none, first),
      inputs: [x],
    },
    { shows: "negative places", run: (v) => tf.stridedSlice(v, [-3, -4], [-1, 5], [1, 2]), inputs: [x] },
    {
      shows: "open at both ends",
      run: (v) => tf.stridedSlice(v, [1, 3], [2, 4], [1, 2], second, first + second),
      inputs: [x],
    },
    {
      shows: "the axes between are left out",
      run: (v) => tf.stridedSlice(v, [1, 0, 0], [3, 0, 4], [1, 1, 2], none, none, second),
      inputs: [x],
    },
    {
      shows: "a new axis",
      run: (v) => tf.stridedSlice(v, [1, 0, 1], [3, 0, 4], [1, 1, 1], none, none, none, second),
      inputs: [x],
    },
    {
      shows: "an axis is dropped",
      run: (v) => tf.stridedSlice(v, [1, -2], [2, 4], [1, 1], none, none, none, none, first + second),
      inputs: [x],
    },
    { shows: "nothing is left", run: (v) => tf.stridedSlice(v, [2], [2], [1]), inputs: [x] },
    { shows: "everything", run: (v) => tf.stridedSlice(v, [0], [4], [1]), inputs: [x] },
    { shows: "int32", run: (v) => tf.stridedSlice(v, [0], [5], [2]), inputs: [int([1, 2, 3, 4, 5])] },
  ],
} satisfies Partial<Cases>;
