import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const x = normal([2, 3, 4]);
const [a, b] = [normal([2, 3]), normal([2, 3], 2)];
const empty = float([], [0, 3]);

export const cases = {
  Cast: [
    {
      shows: "float32 to int32 drops the fraction",
      run: (v) => tf.cast(v, "int32"),
      inputs: [float([-2.7, -0.5, 0, 1.9])],
    },
    { shows: "float32 to bool", run: (v) => tf.cast(v, "bool"), inputs: [float([-0, 0, 0.5, -3])] },
    { shows: "int32 to float32", run: (v) => tf.cast(v, "float32"), inputs: [int([-3, 0, 7])] },
    { shows: "bool to float32", run: (v) => tf.cast(v, "float32"), inputs: [bool([0, 1])] },
    { shows: "bool to int32", run: (v) => tf.cast(v, "int32"), inputs: [bool([0, 1])] },
    { shows: "int32 to bool", run: (v) => tf.cast(v, "bool"), inputs: [int([-3, 0, 7])] },
    { shows: "float32 to itself", run: (v) => tf.cast(v, "float32"), inputs: [a] },
  ],
  Concat: [
    { shows: "rows", run: (v, w) => tf.concat([v, w], 0), inputs: [a, normal([4, 3])] },
    { shows: "columns, one of them twice", run: (v, w) => tf.concat([v, w, v], 1), inputs: [a, b] },
    { shows: "the last axis", run: (v, w) => tf.concat([v, w], -1), inputs: [x, normal([2, 3, 1])] },
    { shows: "an empty part", run: (v, w) => tf.concat([v, w], 0), inputs: [a, empty] },
    { shows: "empty parts only", run: (v, w) => tf.concat([v, w], 1), inputs: [empty, float([], [0, 2])] },
    { shows: "int32", run: (v, w) => tf.concat([v, w]), inputs: [int([1, 2]), int([3])] },
  ],
  ExpandDims: [
    { shows: "in front", run: (v) => tf.expandDims(v, 0), inputs: [a] },
    { shows: "between", run: (v) => tf.expandDims(v, 1), inputs: [a] },
    { shows: "at the end", run: (v) => tf.expandDims(v, -1), inputs: [a] },
    { shows: "nothing at all", run: (v) => tf.expandDims(v, 1), inputs: [empty] },
  ],
  Fill: [
    { shows: "beside an input", run: (v) => tf.add(v, tf.fill([2, 3], 2.5)), inputs: [a] },
    { shows: "int32", run: (v) => tf.add(v, tf.fill([3], 2, "int32")), inputs: [int([1, 2, 3])] },
    { shows: "a scalar", run: (v) => tf.mul(v, tf.fill([], -1)), inputs: [a] },
  ],
  Identity: [
    { shows: "clone", run: tf.clone, inputs: [a] },
    { shows: "used beside its source", run: (v) => tf.mul(tf.clone(v), v), inputs: [a] },
  ],
  LinSpace: [
    { shows: "beside an input", run: (v) => tf.mul(v, tf.linspace(-1, 0.7, 3)), inputs: [a] },
    { shows: "one value", run: (v) => tf.mul(v, tf.linspace(2, 5, 1)), inputs: [a] },
  ],
  OnesLike: [
    { shows: "float32", run: (v) => tf.mul(tf.onesLike(v), 3), inputs: [a] },
    { shows: "int32", run: tf.onesLike, inputs: [int([1, 2])] },
    { shows: "bool", run: tf.onesLike, inputs: [bool([0, 1])] },
  ],
  Pack: [
    { shows: "a new first axis", run: (v, w) => tf.stack([v, w]), inputs: [a, b] },
    { shows: "a new last axis", run: (v, w) => tf.stack([v, w], 2), inputs: [a, b] },
    { shows: "one", run: (v) => tf.stack([v], 1), inputs: [a] },
    { shows: "scalars", run: (v, w) => tf.stack([v, w]), inputs: [float([1], []), float([2], [])] },
  ],
  PadV2: [
    {
      shows: "both sides",
      run: (v) =>
        tf.pad(v, [
          [1, 2],
          [0, 1],
        ]),
      inputs: [a],
    },
    {
      shows: "with a value",
      run: (v) =>
        tf.pad(
          v,
          [
            [0, 0],
            [2, 0],
          ],
          -1.5,
        ),
      inputs: [a],
    },
    { shows: "int32", run: (v) => tf.pad(v, [[1, 0]], 7), inputs: [int([1, 2])] },
    { shows: "bool", run: (v) => tf.pad(v, [[1, 0]], 1), inputs: [bool([0, 1])] },
    {
      shows: "by nothing",
      run: (v) =>
        tf.pad(v, [
          [0, 0],
          [0, 0],
        ]),
      inputs: [a],
    },
  ],
  Range: [
    {
      shows: "fractions, rounded step by step",
      run: (v) => tf.mul(v, tf.range(0.1, 7.05, 0.1)),
      inputs: [normal([70])],
    },
    { shows: "downwards", run: (v) => tf.mul(v, tf.range(3, 0)), inputs: [a] },
    {
      shows: "away from its end it is empty",
      run: (v) => tf.concat([v, tf.range(0, 5, -1)]),
      inputs: [normal([2])],
    },
    { shows: "int32", run: (v) => tf.add(v, tf.range(0, 3, 1, "int32")), inputs: [int([5, 5, 5])] },
  ],
  Reshape: [
    { shows: "flat", run: (v) => tf.reshape(v, [24]), inputs: [x] },
    { shows: "the rest is -1", run: (v) => tf.reshape(v, [4, -1]), inputs: [x] },
    { shows: "to a scalar", run: (v) => tf.reshape(v, []), inputs: [float([7], [1, 1])] },
    { shows: "used beside its source", run: (v) => tf.mul(tf.reshape(v, [2, 3]), v), inputs: [a] },
    { shows: "bool", run: (v) => tf.reshape(v, [2, 1]), inputs: [bool([0, 1])] },
    { shows: "no elements", run: (v) => tf.reshape(v, [2, 0, 5]), inputs: [empty] },
  ],
  Slice: [
    { shows: "a block", run: (v) => tf.slice(v, [0, 1, 2], [2, 2, 1]), inputs: [x] },
    { shows: "to the end", run: (v) => tf.slice(v, [1, 0, 1], [-1, -1, -1]), inputs: [x] },
    { shows: "fewer axes than there are", run: (v) => tf.slice(v, [1], [1]), inputs: [x] },
    { shows: "everything", run: (v) => tf.slice(v, [0, 0], [2, 3]), inputs: [a] },
    { shows: "int32", run: (v) => tf.slice(v, [1], [2]), inputs: [int([1, 2, 3])] },
  ],
  SplitV: [
    { shows: "equal parts", run: (v) => tf.split(v, 2, 2), inputs: [x] },
    { shows: "given sizes", run: (v) => tf.split(v, [1, 3], -1), inputs: [x] },
    { shows: "the rest is -1", run: (v) => tf.split(v, [1, -1], 1), inputs: [x] },
    // tfjs's own gradient of a single part fails: it takes a list.
    { shows: "one part", run: (v) => tf.split(v, 1, 0), inputs: [a], gradient: false },
  ],
  Tile: [
    { shows: "each axis", run: (v) => tf.tile(v, [2, 3]), inputs: [a] },
    { shows: "rank 1", run: (v) => tf.tile(v, [3]), inputs: [normal([4])] },
    { shows: "once", run: (v) => tf.tile(v, [1, 1]), inputs: [a] },
    { shows: "int32", run: (v) => tf.tile(v, [2]), inputs: [int([1, 2])] },
  ],
  Transpose: [
    { shows: "reversed", run: (v) => tf.transpose(v), inputs: [x] },
    { shows: "a cycle", run: (v) => tf.transpose(v, [2, 0, 1]), inputs: [x], attrs: { perm: [2, 0, 1] } },
    { shows: "bool", run: (v) => tf.transpose(v, [1, 0]), inputs: [bool([0, 1, 1, 0], [2, 2])] },
  ],
  Unpack: [
    { shows: "the first axis", run: (v) => tf.unstack(v), inputs: [a] },
    { shows: "the last axis", run: (v) => tf.unstack(v, -1), inputs: [x] },
  ],
  ZerosLike: [
    { shows: "float32", run: (v) => tf.add(tf.zerosLike(v), 3), inputs: [a] },
    { shows: "int32", run: tf.zerosLike, inputs: [int([1, 2])] },
  ],
} satisfies Partial<Cases>;
