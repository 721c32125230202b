import { tf } from "@vaekit/train";
import fc from "fast-check";
import { logSoftmax } from "../cases/activation.ts";
import { uniform } from "../values.ts";
import {
  bools,
  type Draw,
  dim,
  ints,
  type Properties,
  positive,
  type Run,
  seed,
  shapeOf,
  shapePair,
  unary,
} from "./draw.ts";

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Shapes that broadcast. */
const binary = (run: Binary): fc.Arbitrary<Draw> =>
  fc
    .tuple(shapePair, seed)
    .map(([[a, b], from]) => ({ run, inputs: [positive(a, from), positive(b, from + 1)] }));

/** tfjs's gradients of these refuse broadcast inputs. */
const binaryOfOneShape = (run: Binary): fc.Arbitrary<Draw> =>
  binary(run).map((draw) => ({
    ...draw,
    gradient: `${draw.inputs[0]!.shape}` === `${draw.inputs[1]!.shape}`,
  }));

/** Both signs, and no divisor near 0. */
const division = (run: Binary): fc.Arbitrary<Draw> =>
  fc.tuple(shapePair, seed, fc.boolean()).map(([[a, b], from, whole]) => {
    const inputs = whole
      ? [ints(a, -9, 9, from), ints(b, -4, 4, from + 1)]
      : [uniform(a, -9, 9, from), uniform(b, 0.5, 4, from + 1)];
    return { run, inputs };
  });

const fewInts = (run: Binary): fc.Arbitrary<Draw> =>
  fc.tuple(shapeOf(1, 3), seed).map(([shape, from]) => ({
    run,
    inputs: [ints(shape, -(2 ** 31), 2 ** 31, from), ints(shape, -(2 ** 31), 2 ** 31, from + 1)],
  }));

const clip = fc
  .tuple(shapeOf(0, 4), seed, fc.float({ min: -2, max: 0, noNaN: true }))
  .map(([shape, from, low]) => ({
    run: (x: tf.Tensor) => tf.clipByValue(x, low, low + 1),
    inputs: [uniform(shape, -2, 2, from)],
  }));

const sums = fc.tuple(shapeOf(0, 3), fc.integer({ min: 1, max: 4 }), seed).map(([shape, count, from]) => ({
  run: (...values: tf.Tensor[]) => tf.addN(values),
  inputs: Array.from({ length: count }, (_, i) => positive(shape, from + i)),
}));

/** A slope for each element of the last axis. */
const slopes = (run: Run) =>
  fc.tuple(shapeOf(0, 3), dim, seed).map(([shape, last, from]) => ({
    run,
    inputs: [uniform([...shape, last], -2, 2, from), uniform([last], 0.1, 0.5, from + 1)],
  }));

const ofTwo = (run: Run) =>
  fc.tuple(shapeOf(0, 4), seed).map(([shape, from]) => ({
    run,
    inputs: [uniform(shape, -2, 2, from), uniform(shape, -0.9, 2, from + 1)],
  }));

/** Gradients are differences of numbers near 1, and exactly 0 along an axis of 1. */
const alongLast = (run: (x: tf.Tensor) => tf.Tensor) =>
  fc.tuple(shapeOf(0, 3), fc.integer({ min: 2, max: 5 }), seed).map(([outer, last, from]) => ({
    run,
    inputs: [uniform([...outer, last], -1, 1, from)],
    scaleTol: approximate,
  }));

/** These are approximations right to about 1e-7 absolute, in ONNX Runtime or (erf) in tfjs, and results may be near 0. */
const approximate = 1e-5;

export const properties = {
  Abs: unary(tf.abs, -2, 2),
  Acos: unary(tf.acos, -0.95, 0.95),
  Acosh: unary(tf.acosh, 1.05, 9),
  Add: binary(tf.add),
  AddN: sums,
  Asin: unary(tf.asin, -0.95, 0.95),
  Asinh: unary(tf.asinh, -9, 9),
  Atan: unary(tf.atan, -9, 9),
  Atan2: fc.tuple(shapePair, seed).map(([[a, b], from]) => ({
    run: tf.atan2 as Run,
    inputs: [uniform(a, -2, 2, from), uniform(b, 0.2, 2, from + 1)],
  })),
  Atanh: unary(tf.atanh, -0.95, 0.95),
  BitwiseAnd: fewInts(tf.bitwiseAnd),
  Ceil: unary(tf.ceil, -9, 9),
  ClipByValue: clip,
  Cos: unary(tf.cos, -9, 9),
  Cosh: unary(tf.cosh, -4, 4),
  Elu: unary(tf.elu, -2, 2),
  EluGrad: ofTwo((dy, y) => tf.engine().runKernel("EluGrad", { dy: dy!, y: y! })),
  Erf: unary(tf.erf, 0.1, 3, approximate),
  Exp: unary(tf.exp, -4, 4),
  Expm1: unary(tf.expm1, -4, 4),
  Floor: unary(tf.floor, -9, 9),
  FloorDiv: division(tf.floorDiv),
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.3), -2, 2),
  Log: unary(tf.log, 0.1, 9),
  Log1p: unary(tf.log1p, -0.5, 9),
  LogSoftmax: alongLast(logSoftmax(-1)),
  LogicalNot: fc.tuple(shapeOf(0, 4), seed).map(([shape, from]) => ({
    run: tf.logicalNot as Run,
    inputs: [bools(shape, from)],
  })),
  Maximum: binaryOfOneShape(tf.maximum),
  Minimum: binaryOfOneShape(tf.minimum),
  Mod: division(tf.mod),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg, -2, 2),
  Pow: binary(tf.pow),
  Prelu: slopes((x, alpha) => tf.prelu(x!, alpha!)),
  RealDiv: binary(tf.div),
  Reciprocal: unary(tf.reciprocal, 0.3, 3),
  Relu: unary(tf.relu, -2, 2),
  Relu6: unary(tf.relu6, -2, 9),
  Round: unary(tf.round, -9, 9),
  Rsqrt: unary(tf.rsqrt, 0.1, 9),
  Selu: unary(tf.selu, -2, 2),
  Sigmoid: unary(tf.sigmoid, -3, 3, approximate),
  Sign: unary(tf.sign, -2, 2),
  Sin: unary(tf.sin, -9, 9),
  Sinh: unary(tf.sinh, -4, 4),
  Softmax: alongLast((x) => tf.softmax(x)),
  Softplus: unary(tf.softplus, -4, 9, approximate),
  Sqrt: unary(tf.sqrt, 0.1, 9),
  Square: unary(tf.square, -2, 2),
  SquaredDifference: binaryOfOneShape(tf.squaredDifference),
  Step: unary((x) => tf.step(x, 0.5), -2, 2),
  Sub: binary(tf.sub),
  Tan: unary(tf.tan, -1.4, 1.4),
  Tanh: unary(tf.tanh, -2, 2, approximate),
} satisfies Partial<Properties>;
