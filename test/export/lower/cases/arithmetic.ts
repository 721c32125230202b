import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { bool, float, int, normal, uniform } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const edges = float([-inf, -3.5, -1, -0, 0, 1e-30, 2.5, inf, nan]);
const halves = float([-2.5, -1.5, -0.5, -0.4, 0, 0.5, 1.5, 2.5, 1e9]);
const [x, y] = [normal([3, 4]), normal([3, 4], 2)];
const positive = uniform([3, 4], 0.1, 9);

export const cases = {
  Abs: [
    { shows: "both signs", run: tf.abs, inputs: [x] },
    { shows: "edges", run: tf.abs, inputs: [edges] },
    { shows: "int32", run: tf.abs, inputs: [int([-3, 0, 7])] },
  ],
  Add: [
    { shows: "one shape", run: tf.add, inputs: [x, y] },
    { shows: "a row broadcasts", run: tf.add, inputs: [x, normal([4])] },
    { shows: "a scalar broadcasts", run: tf.add, inputs: [float([2], []), x] },
    { shows: "both sides broadcast", run: tf.add, inputs: [normal([3, 1]), normal([1, 4])] },
    { shows: "int32 and float32 give float32", run: tf.add, inputs: [int([1, -2]), float([0.5, 0.25])] },
    { shows: "int32", run: tf.add, inputs: [int([1, -2, 2 ** 30]), int([5, 7, 9])] },
    { shows: "bool counts", run: tf.add, inputs: [bool([1, 0, 1]), int([5, 7, 9])] },
    { shows: "edges", run: tf.add, inputs: [edges, float([inf], [])] },
  ],
  AddN: [
    { shows: "one", run: (a) => tf.addN([a]), inputs: [x] },
    { shows: "two", run: (a, b) => tf.addN([a, b]), inputs: [x, y] },
    { shows: "three, one of them twice", run: (a, b) => tf.addN([a, b, a]), inputs: [x, y] },
    { shows: "int32", run: (a, b) => tf.addN([a, b]), inputs: [int([1, -2]), int([3, 4])] },
  ],
  Ceil: [
    { shows: "halves", run: tf.ceil, inputs: [halves] },
    { shows: "edges", run: tf.ceil, inputs: [edges] },
  ],
  ClipByValue: [
    { shows: "both bounds", run: (a) => tf.clipByValue(a, -0.5, 0.75), inputs: [x] },
    { shows: "edges", run: (a) => tf.clipByValue(a, -2, 2), inputs: [edges] },
    { shows: "a value on a bound", run: (a) => tf.clipByValue(a, -1, 1), inputs: [float([-1, 0, 1])] },
    { shows: "int32", run: (a) => tf.clipByValue(a, -2, 2), inputs: [int([-5, 0, 5])] },
  ],
  Cos: [
    { shows: "a few turns", run: tf.cos, inputs: [uniform([3, 4], -9, 9)] },
    { shows: "edges", run: tf.cos, inputs: [edges] },
  ],
  Erf: [
    { shows: "both signs", run: tf.erf, inputs: [uniform([3, 5], -3, 3)] },
    { shows: "the ends, where it is -1 and 1", run: tf.erf, inputs: [float([-20, -4.5, 4.5, 20])] },
  ],
  Exp: [
    { shows: "both signs", run: tf.exp, inputs: [x] },
    { shows: "large", run: tf.exp, inputs: [float([60, 70, 80])] },
    { shows: "tiny", run: tf.exp, inputs: [float([-60, -70, -80])] },
    { shows: "overflow and edges", run: tf.exp, inputs: [float([-inf, -200, 0, 200, inf, nan])] },
    { shows: "int32 gives float32", run: tf.exp, inputs: [int([-2, 0, 3])] },
    { shows: "bool gives float32", run: tf.exp, inputs: [bool([0, 1])] },
  ],
  Expm1: [
    { shows: "both signs", run: tf.expm1, inputs: [x] },
    {
      shows: "small, to the last digits",
      run: tf.expm1,
      inputs: [float([-1e-3, -1e-5, -1e-7, 1e-30, 1e-6, 1e-4])],
    },
    { shows: "large", run: tf.expm1, inputs: [float([60, 70, 80])] },
    { shows: "overflow and edges", run: tf.expm1, inputs: [float([-inf, -200, -20, 0, 200, inf, nan])] },
    { shows: "int32, cut off", run: tf.expm1, inputs: [int([-2, 0, 3])] },
  ],
  Floor: [
    { shows: "halves", run: tf.floor, inputs: [halves] },
    { shows: "edges", run: tf.floor, inputs: [edges] },
  ],
  Log: [
    { shows: "positive", run: tf.log, inputs: [positive] },
    { shows: "tiny and huge", run: tf.log, inputs: [float([1e-37, 1e-10, 1e10, 1e38])] },
    { shows: "edges", run: tf.log, inputs: [edges] },
  ],
  Log1p: [
    { shows: "positive and negative", run: tf.log1p, inputs: [uniform([3, 4], -0.9, 9)] },
    {
      shows: "small, to the last digits",
      run: tf.log1p,
      inputs: [float([-1e-3, -1e-5, -1e-7, 1e-30, 1e-6, 1e-4])],
    },
    { shows: "tiny", run: tf.log1p, inputs: [float([-3e-8, -1e-20, 0, 1e-38, 2e-8])] },
    { shows: "edges", run: tf.log1p, inputs: [edges] },
  ],
  Maximum: [
    { shows: "one shape", run: tf.maximum, inputs: [x, y] },
    // tfjs's own gradient refuses broadcast inputs.
    { shows: "a row broadcasts", run: tf.maximum, inputs: [x, normal([4])], gradient: false },
    { shows: "equal values", run: tf.maximum, inputs: [float([1, 2, -3]), float([1, 1, -3])] },
    { shows: "edges", run: tf.maximum, inputs: [edges, float(Array(9).fill(0.5))] },
    { shows: "int32", run: tf.maximum, inputs: [int([-3, 0, 7]), int([0, 0, 0])] },
    { shows: "bool gives int32", run: tf.maximum, inputs: [bool([0, 1]), bool([0, 0])] },
  ],
  Minimum: [
    { shows: "one shape", run: tf.minimum, inputs: [x, y] },
    // tfjs's own gradient refuses broadcast inputs.
    { shows: "a column broadcasts", run: tf.minimum, inputs: [x, normal([3, 1])], gradient: false },
    { shows: "equal values", run: tf.minimum, inputs: [float([1, 2, -3]), float([1, 1, -3])] },
    { shows: "edges", run: tf.minimum, inputs: [edges, float(Array(9).fill(0.5))] },
    { shows: "int32", run: tf.minimum, inputs: [int([-3, 0, 7]), int([0, 0, 0])] },
  ],
  Multiply: [
    { shows: "one shape", run: tf.mul, inputs: [x, y] },
    { shows: "a row broadcasts", run: tf.mul, inputs: [x, normal([4])] },
    { shows: "itself", run: (a) => tf.mul(a, a), inputs: [x] },
    { shows: "edges", run: tf.mul, inputs: [edges, float([0], [])] },
    { shows: "int32", run: tf.mul, inputs: [int([-3, 0, 7]), int([2, 2, 2])] },
    { shows: "bool is and", run: tf.mul, inputs: [bool([0, 0, 1, 1]), bool([0, 1, 0, 1])] },
    { shows: "bool and float32", run: tf.mul, inputs: [bool([1, 0, 1]), float([0.5, 2, -3])] },
  ],
  Neg: [
    { shows: "both signs", run: tf.neg, inputs: [x] },
    { shows: "edges", run: tf.neg, inputs: [edges] },
    { shows: "int32", run: tf.neg, inputs: [int([-3, 0, 7])] },
  ],
  Pow: [
    { shows: "a positive base", run: tf.pow, inputs: [positive, uniform([3, 4], -2, 2)] },
    { shows: "a scalar exponent", run: tf.pow, inputs: [x, float([3], [])] },
    { shows: "a scalar base", run: tf.pow, inputs: [float([2], []), x] },
    { shows: "zero to powers", run: tf.pow, inputs: [float([0, 0, 0]), float([0, 1, 2])] },
    {
      shows: "a negative base and whole exponents",
      run: tf.pow,
      inputs: [float([-2, -2, -3]), float([2, 3, -1])],
    },
    { shows: "int32", run: tf.pow, inputs: [int([-2, 3, 5]), int([3, 2, 0])] },
  ],
  RealDiv: [
    { shows: "one shape", run: tf.div, inputs: [x, positive] },
    { shows: "a column broadcasts", run: tf.div, inputs: [x, uniform([3, 1], 1, 2)] },
    { shows: "by zero", run: tf.div, inputs: [float([-1, 0, 1]), float([0], [])] },
    { shows: "int32 by float32", run: tf.div, inputs: [int([1, -7]), float([2, 2])] },
  ],
  Reciprocal: [
    { shows: "positive", run: tf.reciprocal, inputs: [positive] },
    { shows: "edges", run: tf.reciprocal, inputs: [float([-inf, -2, -0, 0, 2, inf, nan])] },
  ],
  Round: [
    { shows: "halves, to even", run: tf.round, inputs: [halves] },
    { shows: "edges", run: tf.round, inputs: [edges] },
    { shows: "int32", run: tf.round, inputs: [int([-3, 0, 7])] },
  ],
  Rsqrt: [
    { shows: "positive", run: tf.rsqrt, inputs: [positive] },
    { shows: "edges", run: tf.rsqrt, inputs: [float([-1, 0, inf, nan])] },
  ],
  Sign: [
    { shows: "both signs", run: tf.sign, inputs: [x] },
    { shows: "edges, 0 for NaN", run: tf.sign, inputs: [edges] },
    { shows: "int32", run: tf.sign, inputs: [int([-3, 0, 7])] },
  ],
  Sin: [
    { shows: "a few turns", run: tf.sin, inputs: [uniform([3, 4], -9, 9)] },
    { shows: "edges", run: tf.sin, inputs: [edges] },
  ],
  Sqrt: [
    { shows: "positive", run: tf.sqrt, inputs: [positive] },
    { shows: "edges", run: tf.sqrt, inputs: [float([-1, 0, 1e-38, inf, nan])] },
  ],
  Square: [
    { shows: "both signs", run: tf.square, inputs: [x] },
    { shows: "edges", run: tf.square, inputs: [float([-inf, -1e20, 0, 1e-30, nan])] },
    { shows: "int32", run: tf.square, inputs: [int([-3, 0, 7])] },
  ],
  SquaredDifference: [
    { shows: "one shape", run: tf.squaredDifference, inputs: [x, y] },
    // tfjs's own gradient refuses broadcast inputs.
    { shows: "a row broadcasts", run: tf.squaredDifference, inputs: [x, normal([4])], gradient: false },
    { shows: "int32", run: tf.squaredDifference, inputs: [int([-3, 0, 7]), int([2, 2, 2])] },
  ],
  Sub: [
    { shows: "one shape", run: tf.sub, inputs: [x, y] },
    { shows: "a scalar broadcasts", run: tf.sub, inputs: [float([1], []), x] },
    { shows: "infinities", run: tf.sub, inputs: [edges, float([inf], [])] },
    { shows: "int32", run: tf.sub, inputs: [int([-3, 0, 7]), int([2, 2, 2])] },
  ],
} satisfies Partial<Cases>;
