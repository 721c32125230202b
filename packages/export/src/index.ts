export {
  decodeTensors,
  encodeTensors,
  type StoredTensor,
  type TensorFile,
  writeAtomic,
  writeError,
} from "@vaekit/infer";
export type { ReferenceExamples } from "./bundle/codes.js";
export { type BundleWeights, bundleWeights, checkWeights } from "./bundle/small.js";
export type { BundleOptions, BundleVae } from "./bundle/types.js";
export { type BundleReport, type VerifyBundleOptions, verifyBundle } from "./bundle/verify.js";
export { checkPlace, exportBundle } from "./bundle/write.js";
export type { OutputError } from "./compare-outputs.js";
export { GraphError, TraceError, UnsupportedKernelError } from "./errors.js";
export {
  type ExportOptions,
  type ExportReport,
  type ExportStep,
  exportOnnx,
  type OnnxExport,
} from "./export-onnx.js";
export { type Inspection, inspectModel } from "./inspect/inspect.js";
export type { Parameters, TensorReport, TypeCount } from "./inspect/parameters.js";
export type { ExternalReport, ModelReport, PortReport } from "./inspect/report.js";
export { checkGraph } from "./ir/check.js";
export { type ElementArray, type ElementType, elementArrays, elementType, onnxTypes } from "./ir/element.js";
export { defaultOpset, Graph, type OpOptions, type Output, opsets } from "./ir/graph.js";
export {
  type Attribute,
  type Attributes,
  type FloatAttribute,
  type FloatsAttribute,
  Node,
  type Origin,
} from "./ir/node.js";
export { parseDim } from "./ir/parse-dim.js";
export { graphText, opCounts } from "./ir/text.js";
export {
  batch,
  type Dim,
  describe,
  dimText,
  type Shape,
  SymbolicDim,
  symbolicDim,
  Value,
} from "./ir/value.js";
export { complexKernels } from "./lower/complex.js";
export { isSupported, lowerings } from "./lower/index.js";
export type { Attrs, Inputs, Kernels, Lowering, SupportedKernel } from "./lower/kernels.js";
export { unsupported } from "./lower/unsupported.js";
export { affordableBatches } from "./models/batches.js";
export { layersSource } from "./models/layers-source.js";
export { type LoadModelOptions, loadModel } from "./models/load.js";
export type { Register } from "./models/register.js";
export type { AxisSize, ExportSource, LoadedModel, ModelFormat, ShapeOptions } from "./models/types.js";
export { type VerifyModelOptions, verifyModel } from "./models/verify-model.js";
export {
  type OptimizeOptions,
  type OptimizeReport,
  optimize,
  optimizeWithReport,
  passes,
} from "./passes/optimize.js";
export type { Pass, PassResult } from "./passes/pass.js";
export { type DecodedModel, decodeModel } from "./proto/decode.js";
export { encodeModel, type ModelOptions } from "./proto/encode.js";
export { readModel } from "./proto/external-read.js";
export { type OpenModelOptions, openModel } from "./proto/external-session.js";
export {
  type WriteOptions,
  type WrittenFile,
  type WrittenModel,
  writeModel,
} from "./proto/external-write.js";
export { ModelError } from "./proto/model-error.js";
export { discardStaged } from "./proto/stage.js";
export { asNchw, type NchwOptions, type NchwPorts } from "./trace/nchw.js";
export { kernelNames } from "./trace/recorder.js";
export { type LayerLike, withLayerScopes } from "./trace/scope.js";
export {
  type InputSpec,
  type InputSpecs,
  type LayersModelLike,
  type ModelTraceOptions,
  type TensorFunction,
  type Tensors,
  type TraceOptions,
  trace,
} from "./trace/trace.js";
export { type VerifyOptions, type VerifyReport, verify } from "./verify.js";
export { version } from "./version.js";
export {
  costLimit,
  costLimits,
  type MeasureOptions,
  type Metric,
  type OutputCost,
  verifySmall,
} from "./weights/measure.js";
export { type PrecisionReport, toHalfPrecision } from "./weights/precision.js";
export {
  type Precision,
  precisions,
  type StoredWeight,
  type WeightError,
  type WeightFormat,
  type WeightReport,
  weightFormats,
} from "./weights/report.js";
export { type ShrinkOptions, type Shrunk, shrink } from "./weights/shrink.js";
export { storeWeights } from "./weights/store.js";
