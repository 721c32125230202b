export type { BundleOptions, BundleVae } from "./bundle/types.js";
export { type BundleReport, type VerifyBundleOptions, verifyBundle } from "./bundle/verify.js";
export { checkPlace, exportBundle } from "./bundle/write.js";
export { GraphError, TraceError, UnsupportedKernelError } from "./errors.js";
export { type ExportOptions, type ExportReport, exportOnnx, type OnnxExport } from "./export-onnx.js";
export { writeAtomic, writeError } from "./files.js";
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
export { graphText, opCounts } from "./ir/text.js";
export { type BatchDim, type Dim, describe, type Shape, Value } from "./ir/value.js";
export { isSupported, lowerings } from "./lower/index.js";
export type { Attrs, Inputs, Kernels, Lowering, SupportedKernel } from "./lower/kernels.js";
export { unsupported } from "./lower/unsupported.js";
export { optimize, passes } from "./passes/optimize.js";
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
export { decodeTensors, encodeTensors, type StoredTensor, type TensorFile } from "./safetensors.js";
export type { NchwOptions, NchwPorts } from "./trace/nchw.js";
export { kernelNames } from "./trace/recorder.js";
export {
  type InputSpec,
  type InputSpecs,
  type LayersModelLike,
  type TensorFunction,
  type Tensors,
  type TraceOptions,
  trace,
} from "./trace/trace.js";
export { type OutputError, type VerifyOptions, type VerifyReport, verify } from "./verify.js";
export { version } from "./version.js";
