import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal } from "../values.ts";

const nan = Number.NaN;
const [a, b] = [float([1, 2, 3, -0, nan, nan]), float([2, 2, 2, 0, nan, 1])];
const [i, j] = [int([-3, 0, 7]), int([0, 0, 0])];
const [p, q] = [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])];
const condition = bool([1, 0, 0, 1, 1, 0], [2, 3]);

/** A comparison of floats with a NaN among them, of integers, and broadcast. */
const comparison = (run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  [
    { shows: "float32, NaN among them", run, inputs: [a, b] },
    { shows: "int32", run, inputs: [i, j] },
    { shows: "broadcast", run, inputs: [normal([3, 1]), normal([1, 4], 2)] },
    { shows: "int32 and float32", run, inputs: [int([1, 2]), float([1.5, 2])] },
    { shows: "bool", run, inputs: [p, q] },
  ] as const;

const logical = (run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  [
    { shows: "all four pairs", run, inputs: [p, q] },
    { shows: "broadcast", run, inputs: [bool([0, 1], [2, 1]), bool([0, 1, 1], [1, 3])] },
  ] as const;

/** What is infinite, and what is not a number; int32 is never either. */
const edges = float([nan, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38]);
const testOf = (run: (x: tf.Tensor) => tf.Tensor) =>
  [
    { shows: "edges", run, inputs: [edges] },
    { shows: "int32", run, inputs: [i] },
  ] as const;

export const cases = {
  BroadcastArgs: [
    { shows: "one rank", run: tf.broadcastArgs, inputs: [int([2, 1, 3]), int([1, 5, 3])] },
    { shows: "a shorter shape", run: tf.broadcastArgs, inputs: [int([4]), int([2, 3, 1])] },
    { shows: "a size of 0", run: tf.broadcastArgs, inputs: [int([1, 0]), int([3, 1])] },
    { shows: "a scalar's shape", run: tf.broadcastArgs, inputs: [int([]), int([2, 3])] },
  ],
  Equal: [...comparison(tf.equal)],
  Greater: [...comparison(tf.greater)],
  GreaterEqual: [...comparison(tf.greaterEqual)],
  IsNan: [
    { shows: "NaN only", run: tf.isNaN, inputs: [float([nan, 0, Number.POSITIVE_INFINITY, -1])] },
    { shows: "int32 never", run: tf.isNaN, inputs: [i] },
  ],
  IsFinite: [...testOf(tf.isFinite)],
  IsInf: [...testOf(tf.isInf)],
  Less: [...comparison(tf.less)],
  LessEqual: [...comparison(tf.lessEqual)],
  LogicalAnd: [...logical(tf.logicalAnd)],
  LogicalNot: [{ shows: "both", run: tf.logicalNot, inputs: [p] }],
  LogicalOr: [...logical(tf.logicalOr)],
  NotEqual: [...comparison(tf.notEqual)],
  Select: [
    { shows: "one shape", run: tf.where, inputs: [condition, normal([2, 3]), normal([2, 3], 2)] },
    { shows: "a scalar broadcasts", run: tf.where, inputs: [condition, normal([2, 3]), float([9], [])] },
    {
      shows: "what is not chosen may be NaN",
      run: tf.where,
      inputs: [bool([1, 0]), float([1, nan]), float([nan, 2])],
    },
    { shows: "int32", run: tf.where, inputs: [bool([1, 0, 1]), i, j] },
    { shows: "bool", run: tf.where, inputs: [bool([1, 0, 1, 0]), p, q] },
    { shows: "scalars", run: tf.where, inputs: [bool([0], []), float([1], []), float([2], [])] },
  ],
} satisfies Partial<Cases>;
