export { type Condition, conditionSize } from "./bundle/condition.js";
export { loadGraph } from "./bundle/graph.js";
export {
  bundleFormat,
  bundleVersion,
  type GraphName,
  graphNames,
  graphsOf,
  type Manifest,
  manifestName,
  manifestSchema,
  type PerGraph,
  parseManifest,
  standardNormal,
} from "./bundle/manifest.js";
export { openBundle } from "./bundle/open.js";
export { type BundleSource, readManifest, readVerified, sha256 } from "./bundle/source.js";
export { type Conditions, conditionRows } from "./conditions.js";
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
export { arrayTypes, concatRows, type DType, NdArray, sizeOf, type TypedArray } from "./nd-array.js";
export { RandomStream, type StreamName } from "./random/stream.js";
export { threefry2x32 } from "./random/threefry.js";
export { createInPlaceSession, type InPlaceSession } from "./runtime/in-place.js";
export { loadRuntime } from "./runtime/index.js";
export type {
  ExternalData,
  Feeds,
  Port,
  Runtime,
  RuntimeTensor,
  Session,
  SessionOptions,
} from "./runtime/types.js";
export {
  type Conditional,
  type Decoded,
  type LoadOptions,
  mostThreads,
  type Posterior,
  type Rows,
  type Scores,
  Vae,
} from "./vae.js";
