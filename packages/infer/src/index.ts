export { openBundle } from "./bundle/open.js";
export {
  type GraphName,
  type Manifest,
  bundleFormat,
  bundleVersion,
  graphNames,
  manifestName,
  manifestSchema,
  parseManifest,
} from "./bundle/manifest.js";
export { type BundleSource, readManifest, readVerified, sha256 } from "./bundle/source.js";
export {
  BundleError,
  DataError,
  DisposedError,
  ShapeError,
  UsageError,
  VaekitError,
  VerificationError,
  exitCodes,
} from "./errors.js";
export { type DType, NdArray, type TypedArray, arrayTypes, concatRows, sizeOf } from "./nd-array.js";
export { RandomStream, type StreamName } from "./random/stream.js";
export { threefry2x32 } from "./random/threefry.js";
export { loadRuntime } from "./runtime/index.js";
export type { Feeds, Port, Runtime, RuntimeTensor, Session, SessionOptions } from "./runtime/types.js";
export { type Decoded, type LoadOptions, type Posterior, type Rows, type Scores, Vae } from "./vae.js";
