import { cast, clip, elu, erf, leakyRelu, round, selu } from "./activation.js";
import { conv, convTranspose } from "./convolution.js";
import { binary, expand, unary, where } from "./elementwise.js";
import { gemm, matMul } from "./gemm.js";
import * as move from "./movement.js";
import { reduce, softmax } from "./reduce.js";
import type { Kernel } from "./types.js";

/** All operators that there are. */
export const kernels: { readonly [op: string]: Kernel } = {
  Abs: unary(() => Math.abs),
  Add: binary((a, b) => a + b),
  Cast: cast,
  Ceil: unary(() => Math.ceil),
  Clip: clip,
  Concat: move.concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Div: binary((a, b) => a / b),
  Elu: elu,
  Equal: binary((a, b) => Number(a === b), "bool"),
  Erf: unary(() => erf),
  Exp: unary(() => Math.exp),
  Expand: expand,
  Floor: unary(() => Math.floor),
  Gemm: gemm,
  Identity: move.identity,
  IsNaN: unary(() => (x) => Number(Number.isNaN(x)), "bool"),
  LeakyRelu: leakyRelu,
  Less: binary((a, b) => Number(a < b), "bool"),
  Log: unary(() => Math.log),
  MatMul: matMul,
  Max: binary(Math.max),
  Min: binary(Math.min),
  Mul: binary((a, b) => a * b),
  Neg: unary(() => (x) => -x),
  Reciprocal: unary(() => (x) => 1 / x),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max),
  ReduceMean: reduce(
    0,
    (sum, x) => sum + x,
    (sum, count) => sum / count,
  ),
  ReduceSum: reduce(0, (sum, x) => sum + x),
  Relu: unary(() => (x) => Math.max(0, x)),
  Reshape: move.reshape,
  Resize: move.resize,
  Round: unary(() => round),
  Selu: selu,
  Shape: move.shape,
  Sigmoid: unary(() => (x) => 1 / (1 + Math.exp(-x))),
  Slice: move.slice,
  Softmax: softmax,
  Softplus: unary(() => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Split: move.split,
  Sqrt: unary(() => Math.sqrt),
  Sub: binary((a, b) => a - b),
  Tanh: unary(() => Math.tanh),
  Transpose: move.transpose,
  Where: where,
};
