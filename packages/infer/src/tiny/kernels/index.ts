import { cast, clip, elu, erf, leakyRelu, relu } from "./activation.js";
import { conv, convTranspose } from "./convolution.js";
import { binary, unary, where } from "./elementwise.js";
import { gemm, matMul } from "./gemm.js";
import * as move from "./movement.js";
import { reduce } from "./reduce.js";
import type { Kernel } from "./types.js";

/** All operators that there are. */
export const kernels: { readonly [op: string]: Kernel } = {
  Abs: unary(Math.abs),
  Add: binary((a, b) => a + b),
  Cast: cast,
  Clip: clip,
  Concat: move.concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Div: binary((a, b) => a / b),
  Elu: elu(1, 1),
  Erf: unary(erf),
  Exp: unary(Math.exp),
  Expand: move.expand,
  Gather: move.gather,
  Gemm: gemm,
  GreaterOrEqual: binary((a, b) => Number(a >= b), "bool"),
  IsNaN: unary((x) => Number(Number.isNaN(x)), "bool"),
  LeakyRelu: leakyRelu,
  Less: binary((a, b) => Number(a < b), "bool"),
  Log: unary(Math.log),
  MatMul: matMul,
  Min: binary(Math.min),
  Mul: binary((a, b) => a * b),
  Neg: unary((x) => -x),
  ReduceMax: reduce(Number.NEGATIVE_INFINITY, Math.max),
  ReduceSum: reduce(0, (sum, x) => sum + x),
  Relu: relu,
  Reshape: move.reshape,
  Selu: elu(1.6732631921768188, 1.0507010221481323),
  Shape: move.shape,
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Slice: move.slice,
  Split: move.split,
  Sub: binary((a, b) => a - b),
  Tanh: unary(Math.tanh),
  Transpose: move.transpose,
  Where: where,
};
