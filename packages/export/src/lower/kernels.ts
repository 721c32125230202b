import type * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

type None = object;

/** Inputs and attributes of each lowered kernel, as tfjs-core declares them. One row here is one lowering. */
export interface Kernels {
  Abs: [tf.AbsInputs, None];
  Acos: [tf.AcosInputs, None];
  Acosh: [tf.AcoshInputs, None];
  Add: [tf.AddInputs, None];
  AddN: [tf.AddNInputs, None];
  All: [tf.AllInputs, tf.AllAttrs];
  Any: [tf.AnyInputs, tf.AnyAttrs];
  ArgMax: [tf.ArgMaxInputs, tf.ArgMaxAttrs];
  ArgMin: [tf.ArgMinInputs, tf.ArgMinAttrs];
  Asin: [tf.AsinInputs, None];
  Asinh: [tf.AsinhInputs, None];
  Atan: [tf.AtanInputs, None];
  Atan2: [tf.Atan2Inputs, None];
  Atanh: [tf.AtanhInputs, None];
  AvgPool: [tf.AvgPoolInputs, tf.AvgPoolAttrs];
  AvgPool3D: [tf.AvgPool3DInputs, tf.AvgPool3DAttrs];
  AvgPool3DGrad: [tf.AvgPool3DGradInputs, tf.AvgPool3DGradAttrs];
  AvgPoolGrad: [tf.AvgPoolGradInputs, tf.AvgPoolGradAttrs];
  BatchMatMul: [tf.BatchMatMulInputs, tf.BatchMatMulAttrs];
  BatchToSpaceND: [tf.BatchToSpaceNDInputs, tf.BatchToSpaceNDAttrs];
  Bincount: [tf.BincountInputs, tf.BincountAttrs];
  BitwiseAnd: [tf.BitwiseAndInputs, None];
  BroadcastArgs: [tf.BroadcastArgsInputs, None];
  Cast: [tf.CastInputs, tf.CastAttrs];
  Ceil: [tf.CeilInputs, None];
  ClipByValue: [tf.ClipByValueInputs, tf.ClipByValueAttrs];
  Concat: [tf.ConcatInputs, tf.ConcatAttrs];
  Conv2D: [tf.Conv2DInputs, tf.Conv2DAttrs];
  Conv2DBackpropFilter: [tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs];
  Conv2DBackpropInput: [tf.Conv2DBackpropInputInputs, tf.Conv2DBackpropInputAttrs];
  Conv3D: [tf.Conv3DInputs, tf.Conv3DAttrs];
  Conv3DBackpropFilterV2: [tf.Conv3DBackpropFilterV2Inputs, tf.Conv3DBackpropFilterV2Attrs];
  Conv3DBackpropInputV2: [tf.Conv3DBackpropInputV2Inputs, tf.Conv3DBackpropInputV2Attrs];
  Cos: [tf.CosInputs, None];
  Cosh: [tf.CoshInputs, None];
  CropAndResize: [tf.CropAndResizeInputs, tf.CropAndResizeAttrs];
  Cumprod: [tf.CumprodInputs, tf.CumprodAttrs];
  Cumsum: [tf.CumsumInputs, tf.CumsumAttrs];
  DenseBincount: [tf.DenseBincountInputs, tf.DenseBincountAttrs];
  DepthToSpace: [tf.DepthToSpaceInputs, tf.DepthToSpaceAttrs];
  DepthwiseConv2dNative: [tf.DepthwiseConv2dNativeInputs, tf.DepthwiseConv2dNativeAttrs];
  DepthwiseConv2dNativeBackpropFilter: [
    tf.DepthwiseConv2dNativeBackpropFilterInputs,
    tf.DepthwiseConv2dNativeBackpropFilterAttrs,
  ];
  DepthwiseConv2dNativeBackpropInput: [
    tf.DepthwiseConv2dNativeBackpropInputInputs,
    tf.DepthwiseConv2dNativeBackpropInputAttrs,
  ];
  Diag: [tf.DiagInputs, None];
  Dilation2D: [tf.Dilation2DInputs, tf.Dilation2DAttrs];
  Dilation2DBackpropFilter: [tf.Dilation2DBackpropFilterInputs, tf.Dilation2DAttrs];
  Dilation2DBackpropInput: [tf.Dilation2DBackpropInputInputs, tf.Dilation2DAttrs];
  Einsum: [tf.EinsumInputs, tf.EinsumAttrs];
  Elu: [tf.EluInputs, None];
  EluGrad: [tf.EluGradInputs, None];
  Equal: [tf.EqualInputs, None];
  Erf: [tf.ErfInputs, None];
  Exp: [tf.ExpInputs, None];
  ExpandDims: [tf.ExpandDimsInputs, tf.ExpandDimsAttrs];
  Expm1: [tf.Expm1Inputs, None];
  Fill: [None, tf.FillAttrs];
  FlipLeftRight: [tf.FlipLeftRightInputs, None];
  Floor: [tf.FloorInputs, None];
  FloorDiv: [tf.FloorDivInputs, None];
  FusedBatchNorm: [tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs];
  FusedConv2D: [tf.FusedConv2DInputs, tf.FusedConv2DAttrs];
  FusedDepthwiseConv2D: [tf.FusedDepthwiseConv2DInputs, tf.FusedDepthwiseConv2DAttrs];
  GatherNd: [tf.GatherNdInputs, None];
  GatherV2: [tf.GatherV2Inputs, tf.GatherV2Attrs];
  Greater: [tf.GreaterInputs, None];
  GreaterEqual: [tf.GreaterEqualInputs, None];
  Identity: [tf.IdentityInputs, None];
  IsFinite: [tf.IsFiniteInputs, None];
  IsInf: [tf.IsInfInputs, None];
  IsNan: [tf.IsNanInputs, None];
  LRN: [tf.LRNInputs, tf.LRNAttrs];
  LRNGrad: [tf.LRNGradInputs, tf.LRNGradAttrs];
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
  MaxPool: [tf.MaxPoolInputs, tf.MaxPoolAttrs];
  MaxPool3D: [tf.MaxPool3DInputs, tf.MaxPool3DAttrs];
  MaxPool3DGrad: [tf.MaxPool3DGradInputs, tf.MaxPool3DGradAttrs];
  MaxPoolGrad: [tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs];
  MaxPoolWithArgmax: [tf.MaxPoolWithArgmaxInputs, tf.MaxPoolWithArgmaxAttrs];
  Maximum: [tf.MaximumInputs, None];
  Mean: [tf.MeanInputs, tf.MeanAttrs];
  Min: [tf.MinInputs, tf.MinAttrs];
  Minimum: [tf.MinimumInputs, None];
  MirrorPad: [tf.MirrorPadInputs, tf.MirrorPadAttrs];
  Mod: [tf.ModInputs, None];
  Multiply: [tf.MultiplyInputs, None];
  Neg: [tf.NegInputs, None];
  NonMaxSuppressionV4: [tf.NonMaxSuppressionV4Inputs, tf.NonMaxSuppressionV4Attrs];
  NotEqual: [tf.NotEqualInputs, None];
  OneHot: [tf.OneHotInputs, tf.OneHotAttrs];
  OnesLike: [tf.OnesLikeInputs, None];
  Pack: [tf.PackInputs, tf.PackAttrs];
  PadV2: [tf.PadV2Inputs, tf.PadV2Attrs];
  Pow: [tf.PowInputs, None];
  Prelu: [tf.PreluInputs, None];
  Prod: [tf.ProdInputs, tf.ProdAttrs];
  Range: [None, tf.RangeAttrs];
  RealDiv: [tf.RealDivInputs, None];
  Reciprocal: [tf.ReciprocalInputs, None];
  Relu: [tf.ReluInputs, None];
  Relu6: [tf.Relu6Inputs, None];
  Reshape: [tf.ReshapeInputs, tf.ReshapeAttrs];
  ResizeBilinear: [tf.ResizeBilinearInputs, tf.ResizeBilinearAttrs];
  ResizeBilinearGrad: [tf.ResizeBilinearGradInputs, tf.ResizeBilinearGradAttrs];
  ResizeNearestNeighbor: [tf.ResizeNearestNeighborInputs, tf.ResizeNearestNeighborAttrs];
  ResizeNearestNeighborGrad: [tf.ResizeNearestNeighborGradInputs, tf.ResizeNearestNeighborGradAttrs];
  Reverse: [tf.ReverseInputs, tf.ReverseAttrs];
  RotateWithOffset: [tf.RotateWithOffsetInputs, tf.RotateWithOffsetAttrs];
  Round: [tf.RoundInputs, None];
  Rsqrt: [tf.RsqrtInputs, None];
  ScatterNd: [tf.ScatterNdInputs, tf.ScatterNdAttrs];
  SearchSorted: [tf.SearchSortedInputs, tf.SearchSortedAttrs];
  Select: [tf.SelectInputs, None];
  Selu: [tf.SeluInputs, None];
  Sigmoid: [tf.SigmoidInputs, None];
  Sign: [tf.SignInputs, None];
  Sin: [tf.SinInputs, None];
  Sinh: [tf.SinhInputs, None];
  Slice: [tf.SliceInputs, tf.SliceAttrs];
  Softmax: [tf.SoftmaxInputs, tf.SoftmaxAttrs];
  Softplus: [tf.SoftplusInputs, None];
  SpaceToBatchND: [tf.SpaceToBatchNDInputs, tf.SpaceToBatchNDAttrs];
  SparseReshape: [tf.SparseReshapeInputs, None];
  SparseSegmentMean: [tf.SparseSegmentMeanInputs, None];
  SparseSegmentSum: [tf.SparseSegmentSumInputs, None];
  SparseToDense: [tf.SparseToDenseInputs, tf.SparseToDenseAttrs];
  SplitV: [tf.SplitVInputs, tf.SplitVAttrs];
  Sqrt: [tf.SqrtInputs, None];
  Square: [tf.SquareInputs, None];
  SquaredDifference: [tf.SquaredDifferenceInputs, None];
  Step: [tf.StepInputs, tf.StepAttrs];
  StridedSlice: [tf.StridedSliceInputs, tf.StridedSliceAttrs];
  Sub: [tf.SubInputs, None];
  Sum: [tf.SumInputs, tf.SumAttrs];
  Tan: [tf.TanInputs, None];
  Tanh: [tf.TanhInputs, None];
  TensorScatterUpdate: [tf.TensorScatterUpdateInputs, tf.TensorScatterUpdateAttrs];
  Tile: [tf.TileInputs, tf.TileAttrs];
  TopK: [tf.TopKInputs, tf.TopKAttrs];
  Transform: [tf.TransformInputs, tf.TransformAttrs];
  Transpose: [tf.TransposeInputs, tf.TransposeAttrs];
  Unpack: [tf.UnpackInputs, tf.UnpackAttrs];
  UnsortedSegmentSum: [tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs];
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
 * Shapes are plain numbers here; symbolic sizes are found afterwards (trace/unify.ts), so whatever
 * depends on a shape belongs into an int64 input and not into an attribute.
 */
export type Lowering<K extends SupportedKernel> = (
  inputs: Inputs<K>,
  attrs: Attrs<K>,
  graph: Graph,
) => Value | readonly Value[];
