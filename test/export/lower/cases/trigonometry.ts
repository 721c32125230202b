import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, uniform } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const wide = float([-inf, -9.5, -1, -0, 0, 1e-30, 1, 9.5, inf, nan]);
const small = float([-1e-3, -1e-5, -1e-7, 1e-30, 1e-6, 1e-4]);
const within = uniform([3, 4], -0.95, 0.95);
const beyond = uniform([3, 4], 1.05, 6);

type Unary = (x: tf.Tensor) => tf.Tensor;

/** Ordinary values, edges, and small values by themselves: relative errors count then. */
const floats = (run: Unary, ordinary: typeof within) =>
  [
    { shows: "ordinary", run, inputs: [ordinary] },
    { shows: "edges", run, inputs: [wide] },
    { shows: "small", run, inputs: [small] },
  ] as const;

/** Those of which tfjs takes int32 too. */
const unary = (run: Unary, ordinary: typeof within) =>
  [...floats(run, ordinary), { shows: "int32, cut off", run, inputs: [int([-3, -1, 0, 1, 2])] }] as const;

const everyPair = (values: readonly number[]) => [
  float(values.flatMap((a) => values.map(() => a))),
  float(values.flatMap(() => values)),
];

export const cases = {
  Acos: [...unary(tf.acos, within)],
  Acosh: [...unary(tf.acosh, beyond)],
  Asin: [...unary(tf.asin, within)],
  Asinh: [...unary(tf.asinh, uniform([3, 4], -6, 6))],
  Atan: [...unary(tf.atan, uniform([3, 4], -6, 6))],
  Atan2: [
    { shows: "all quadrants", run: tf.atan2, inputs: [uniform([5, 4], -2, 2), uniform([5, 4], -2, 2, 2)] },
    { shows: "a row broadcasts", run: tf.atan2, inputs: [uniform([3, 4], -2, 2), uniform([4], 1, 2, 2)] },
    {
      shows: "every pair of edges",
      run: tf.atan2,
      inputs: everyPair([-inf, -2, -1e-30, -0, 0, 1e-30, 3, inf, nan]),
      // tfjs's own gradient of 0 / 0 is NaN, and so is ours, but not in the same places.
      gradient: false,
    },
    { shows: "int32", run: tf.atan2, inputs: [int([0, 5, -5, 0]), int([-1, 1, -1, 0])] },
  ],
  Atanh: [...unary(tf.atanh, within)],
  Cosh: [...floats(tf.cosh, uniform([3, 4], -6, 6))],
  Sinh: [...unary(tf.sinh, uniform([3, 4], -6, 6))],
  Tan: [...floats(tf.tan, uniform([3, 4], -1.4, 1.4))],
} satisfies Partial<Cases>;
