import * as activation from "./activation.js";
import * as arithmetic from "./arithmetic.js";
import * as bitwise from "./bitwise.js";
import * as compare from "./compare.js";
import * as convolution from "./convolution.js";
import * as convolutionGradient from "./convolution-gradient.js";
import * as dilation from "./dilation.js";
import * as division from "./division.js";
import * as einsum from "./einsum.js";
import * as gather from "./gather.js";
import * as indicator from "./indicator.js";
import type { Lowering, SupportedKernel } from "./kernels.js";
import * as lrn from "./lrn.js";
import * as matmul from "./matmul.js";
import * as nonMaxSuppression from "./non-max-suppression.js";
import * as normalize from "./normalize.js";
import * as pool from "./pool.js";
import * as poolGradient from "./pool-gradient.js";
import * as reduce from "./reduce.js";
import * as resize from "./resize.js";
import * as sample from "./sample.js";
import * as scan from "./scan.js";
import * as scatter from "./scatter.js";
import * as segment from "./segment.js";
import * as shape from "./shape.js";
import * as sort from "./sort.js";
import * as sparse from "./sparse.js";
import * as sparseSegment from "./sparse-segment.js";
import * as spatial from "./spatial.js";
import * as stride from "./stride.js";
import * as transform from "./transform.js";
import * as trigonometry from "./trigonometry.js";

/** Every kernel that vaekit turns into ONNX. A kernel named in kernels.ts without a row here does not compile. */
export const lowerings: { readonly [K in SupportedKernel]: Lowering<K> } = {
  Abs: arithmetic.abs,
  Acos: trigonometry.acos,
  Acosh: trigonometry.acosh,
  Add: arithmetic.add,
  AddN: arithmetic.addN,
  All: reduce.all,
  Any: reduce.any,
  ArgMax: reduce.argMax,
  ArgMin: reduce.argMin,
  Asin: trigonometry.asin,
  Asinh: trigonometry.asinh,
  Atan: trigonometry.atan,
  Atan2: trigonometry.atan2,
  Atanh: trigonometry.atanh,
  AvgPool: pool.avgPool,
  AvgPool3D: pool.avgPool3D,
  AvgPool3DGrad: poolGradient.avgPool3DGrad,
  AvgPoolGrad: poolGradient.avgPoolGrad,
  BatchMatMul: matmul.batchMatMul,
  BatchToSpaceND: spatial.batchToSpaceND,
  Bincount: segment.bincount,
  BitwiseAnd: bitwise.bitwiseAnd,
  BroadcastArgs: compare.broadcastArgs,
  Cast: shape.cast,
  Ceil: arithmetic.ceil,
  ClipByValue: arithmetic.clipByValue,
  Concat: shape.concat,
  Conv2D: convolution.conv2D,
  Conv2DBackpropFilter: convolutionGradient.conv2DBackpropFilter,
  Conv2DBackpropInput: convolutionGradient.conv2DBackpropInput,
  Conv3D: convolution.conv3D,
  Conv3DBackpropFilterV2: convolutionGradient.conv3DBackpropFilter,
  Conv3DBackpropInputV2: convolutionGradient.conv3DBackpropInput,
  Cos: arithmetic.cos,
  Cosh: trigonometry.cosh,
  CropAndResize: sample.cropAndResize,
  Cumprod: scan.cumprod,
  Cumsum: scan.cumsum,
  DenseBincount: segment.denseBincount,
  DepthToSpace: spatial.depthToSpace,
  DepthwiseConv2dNative: convolution.depthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter: convolutionGradient.depthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: convolutionGradient.depthwiseInputGradient,
  Diag: indicator.diag,
  Dilation2D: dilation.dilation2D,
  Dilation2DBackpropFilter: dilation.dilation2DBackpropFilter,
  Dilation2DBackpropInput: dilation.dilation2DBackpropInput,
  Einsum: einsum.einsum,
  Elu: activation.elu,
  EluGrad: activation.eluGrad,
  Equal: compare.equal,
  Erf: arithmetic.erf,
  Exp: arithmetic.exp,
  ExpandDims: shape.expandDims,
  Expm1: arithmetic.expm1,
  Fill: shape.fill,
  FlipLeftRight: spatial.flipLeftRight,
  Floor: arithmetic.floor,
  FloorDiv: division.floorDiv,
  FusedBatchNorm: normalize.fusedBatchNorm,
  FusedConv2D: convolution.fusedConv2D,
  FusedDepthwiseConv2D: convolution.fusedDepthwiseConv2D,
  GatherNd: gather.gatherNd,
  GatherV2: gather.gatherV2,
  Greater: compare.greater,
  GreaterEqual: compare.greaterEqual,
  Identity: shape.identity,
  IsFinite: compare.isFiniteNumber,
  IsInf: compare.isInf,
  IsNan: compare.isNan,
  LRN: lrn.lrn,
  LRNGrad: lrn.lrnGrad,
  LeakyRelu: activation.leakyRelu,
  Less: compare.less,
  LessEqual: compare.lessEqual,
  LinSpace: shape.linSpace,
  Log: arithmetic.log,
  Log1p: arithmetic.log1p,
  LogSoftmax: activation.logSoftmax,
  LogicalAnd: compare.logicalAnd,
  LogicalNot: compare.logicalNot,
  LogicalOr: compare.logicalOr,
  Max: reduce.max,
  MaxPool: pool.maxPool,
  MaxPool3D: pool.maxPool3D,
  MaxPool3DGrad: poolGradient.maxPool3DGrad,
  MaxPoolGrad: poolGradient.maxPoolGrad,
  MaxPoolWithArgmax: pool.maxPoolWithArgmax,
  Maximum: arithmetic.maximum,
  Mean: reduce.mean,
  Min: reduce.min,
  Minimum: arithmetic.minimum,
  MirrorPad: spatial.mirrorPad,
  Mod: division.mod,
  Multiply: arithmetic.multiply,
  Neg: arithmetic.neg,
  NonMaxSuppressionV4: nonMaxSuppression.nonMaxSuppressionV4,
  NotEqual: compare.notEqual,
  OneHot: indicator.oneHot,
  OnesLike: shape.onesLike,
  Pack: shape.pack,
  PadV2: shape.padV2,
  Pow: arithmetic.pow,
  Prelu: activation.prelu,
  Prod: reduce.prod,
  Range: shape.range,
  RealDiv: arithmetic.realDiv,
  Reciprocal: arithmetic.reciprocal,
  Relu: activation.relu,
  Relu6: activation.relu6,
  Reshape: shape.reshape,
  ResizeBilinear: resize.resizeBilinear,
  ResizeBilinearGrad: resize.resizeBilinearGrad,
  ResizeNearestNeighbor: resize.resizeNearestNeighbor,
  ResizeNearestNeighborGrad: resize.resizeNearestNeighborGrad,
  Reverse: stride.reverse,
  RotateWithOffset: sample.rotateWithOffset,
  Round: arithmetic.round,
  Rsqrt: arithmetic.rsqrt,
  ScatterNd: scatter.scatterNd,
  SearchSorted: sort.searchSorted,
  Select: compare.select,
  Selu: activation.selu,
  Sigmoid: activation.sigmoid,
  Sign: arithmetic.sign,
  Sin: arithmetic.sin,
  Sinh: trigonometry.sinh,
  Slice: shape.slice,
  Softmax: activation.softmax,
  Softplus: activation.softplus,
  SpaceToBatchND: spatial.spaceToBatchND,
  SparseReshape: sparse.sparseReshape,
  SparseSegmentMean: sparseSegment.sparseSegmentMean,
  SparseSegmentSum: sparseSegment.sparseSegmentSum,
  SparseToDense: scatter.sparseToDense,
  SplitV: shape.splitV,
  Sqrt: arithmetic.sqrt,
  Square: arithmetic.square,
  SquaredDifference: arithmetic.squaredDifference,
  Step: activation.step,
  StridedSlice: stride.stridedSlice,
  Sub: arithmetic.sub,
  Sum: reduce.sum,
  Tan: trigonometry.tan,
  Tanh: activation.tanh,
  TensorScatterUpdate: scatter.tensorScatterUpdate,
  Tile: shape.tile,
  TopK: sort.topK,
  Transform: transform.transform,
  Transpose: shape.transpose,
  Unpack: shape.unpack,
  UnsortedSegmentSum: segment.unsortedSegmentSum,
  ZerosLike: shape.zerosLike,
  _FusedMatMul: matmul.fusedMatMul,
};

export function isSupported(kernel: string): kernel is SupportedKernel {
  return Object.hasOwn(lowerings, kernel);
}
