import type * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

type None = object;

/** Inputs and attributes of each lowered kernel, as tfjs-core declares them. One row here is one lowering. */
export interface Kernels {
  Abs: [tf.AbsInputs, None];
  Add: [tf.AddInputs, None];
  AddN: [tf.AddNInputs, None];
  ArgMax: [tf.ArgMaxInputs, tf.ArgMaxAttrs];
  BatchMatMul: [tf.BatchMatMulInputs, tf.BatchMatMulAttrs];
  Cast: [tf.CastInputs, tf.CastAttrs];
  Ceil: [tf.CeilInputs, None];
  ClipByValue: [tf.ClipByValueInputs, tf.ClipByValueAttrs];
  Concat: [tf.ConcatInputs, tf.ConcatAttrs];
  Cos: [tf.CosInputs, None];
  Elu: [tf.EluInputs, None];
  EluGrad: [tf.EluGradInputs, None];
  Equal: [tf.EqualInputs, None];
  Erf: [tf.ErfInputs, None];
  Exp: [tf.ExpInputs, None];
  ExpandDims: [tf.ExpandDimsInputs, tf.ExpandDimsAttrs];
  Fill: [None, tf.FillAttrs];
  Floor: [tf.FloorInputs, None];
  FusedBatchNorm: [tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs];
  Greater: [tf.GreaterInputs, None];
  GreaterEqual: [tf.GreaterEqualInputs, None];
  Identity: [tf.IdentityInputs, None];
  IsNan: [tf.IsNanInputs, None];
  LeakyRelu: [tf.LeakyReluInputs, tf.LeakyReluAttrs];
  Less: [tf.LessInputs, None];
  LessEqual: [tf.LessEqualInputs, None];
  LinSpace: [None, tf.LinSpaceAttrs];
  Log: [tf.LogInputs, None];
  Log1p: [tf.Log1pInputs, None];
  LogSoftmax: [tf.LogSoftmaxInputs, tf.LogSoftmaxAttrs];
  LogicalAnd: [tf.LogicalAndInputs, None];
  LogicalNot: [tf.LogicalNotInputs, None];
  LogicalOr: [tf.LogicalOrInputs, None];
  Max: [tf.MaxInputs, tf.MaxAttrs];
  Maximum: [tf.MaximumInputs, None];
  Mean: [tf.MeanInputs, tf.MeanAttrs];
  Min: [tf.MinInputs, tf.MinAttrs];
  Minimum: [tf.MinimumInputs, None];
  Multiply: [tf.MultiplyInputs, None];
  Neg: [tf.NegInputs, None];
  NotEqual: [tf.NotEqualInputs, None];
  OnesLike: [tf.OnesLikeInputs, None];
  Pack: [tf.PackInputs, tf.PackAttrs];
  PadV2: [tf.PadV2Inputs, tf.PadV2Attrs];
  Pow: [tf.PowInputs, None];
  Prelu: [tf.PreluInputs, None];
  Range: [None, tf.RangeAttrs];
  RealDiv: [tf.RealDivInputs, None];
  Reciprocal: [tf.ReciprocalInputs, None];
  Relu: [tf.ReluInputs, None];
  Relu6: [tf.Relu6Inputs, None];
  Reshape: [tf.ReshapeInputs, tf.ReshapeAttrs];
  Round: [tf.RoundInputs, None];
  Rsqrt: [tf.RsqrtInputs, None];
  Select: [tf.SelectInputs, None];
  Selu: [tf.SeluInputs, None];
  Sigmoid: [tf.SigmoidInputs, None];
  Sign: [tf.SignInputs, None];
  Sin: [tf.SinInputs, None];
  Slice: [tf.SliceInputs, tf.SliceAttrs];
  Softmax: [tf.SoftmaxInputs, tf.SoftmaxAttrs];
  Softplus: [tf.SoftplusInputs, None];
  SplitV: [tf.SplitVInputs, tf.SplitVAttrs];
  Sqrt: [tf.SqrtInputs, None];
  Square: [tf.SquareInputs, None];
  SquaredDifference: [tf.SquaredDifferenceInputs, None];
  Step: [tf.StepInputs, tf.StepAttrs];
  Sub: [tf.SubInputs, None];
  Sum: [tf.SumInputs, tf.SumAttrs];
  Tanh: [tf.TanhInputs, None];
  Tile: [tf.TileInputs, tf.TileAttrs];
  Transpose: [tf.TransposeInputs, tf.TransposeAttrs];
  Unpack: [tf.UnpackInputs, tf.UnpackAttrs];
  ZerosLike: [tf.ZerosLikeInputs, None];
  _FusedMatMul: [tf._FusedMatMulInputs, tf._FusedMatMulAttrs];
}

export type SupportedKernel = keyof Kernels;

/** The declared inputs with a graph Value in each tensor's place. */
export type Inputs<K extends SupportedKernel> = Kernels[K][0] extends readonly tf.TensorInfo[]
  ? readonly Value[]
  : { readonly [P in keyof Kernels[K][0] as string extends P ? never : P]: Value };

export type Attrs<K extends SupportedKernel> = Kernels[K][1];

/**
 * How one tfjs kernel reads in ONNX: append operators to the graph, return the kernel's outputs.
 * Shapes are plain numbers here; the symbolic batch is found afterwards (trace/unify.ts), so whatever
 * depends on a shape belongs into an int64 input and not into an attribute.
 */
export type Lowering<K extends SupportedKernel> = (
  inputs: Inputs<K>,
  attrs: Attrs<K>,
  graph: Graph,
) => Value | readonly Value[];
