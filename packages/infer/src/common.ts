export { type Condition, conditionSize } from "./bundle/condition.js";
export { graphSession, loadGraph } from "./bundle/graph.js";
export { type Manifest, parseManifest } from "./bundle/manifest.js";
export {
  bundleFormat,
  bundleVersion,
  type GraphName,
  graphNames,
  graphsOf,
  manifestName,
  type PerGraph,
  standardNormal,
} from "./bundle/names.js";
export { readManifest } from "./bundle/read-manifest.js";
export {
  type BundleSource,
  type ReadOptions as BundleReadOptions,
  readVerified,
  sha256,
} from "./bundle/source.js";
export { type Conditions, conditionRows } from "./conditions.js";
export type { Conditional, Decoded, Rows } from "./decoder.js";
export {
  BundleError,
  DataError,
  DisposedError,
  exitCodes,
  ShapeError,
  UsageError,
  VaekitError,
  VerificationError,
} from "./errors.js";
export { type LoadOptions, mostThreads, type Progress } from "./load.js";
export type { Path, Range } from "./moves.js";
export { arrayTypes, concatRows, type DType, NdArray, sizeOf, type TypedArray } from "./nd-array.js";
export type { Neighbours } from "./nearest.js";
export { type Device, devices } from "./platform.js";
export { RandomStream, type StreamName } from "./random/stream.js";
export { threefry2x32 } from "./random/threefry.js";
export { codesFile, type ReferenceCodes } from "./reference.js";
export type {
  ExternalData,
  Feeds,
  Port,
  Runtime,
  RuntimeTensor,
  Session,
  SessionOptions,
} from "./runtime/types.js";
export { decodeTensors, encodeTensors, type StoredTensor, type TensorFile } from "./safetensors.js";
export type { Source } from "./stream.js";
export type { BaseVae, Posterior, Scores } from "./vae.js";
