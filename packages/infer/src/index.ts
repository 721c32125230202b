export { clearCache, openNode as openBundle } from "./bundle/open-node.js";
export * from "./common.js";
export { createInPlaceSession, type InPlaceSession } from "./runtime/in-place.js";
export { loadRuntime } from "./runtime/index.js";
export { type NodeLoadOptions, Vae } from "./vae-node.js";
export { syncDirectory, writeAtomic, writeError } from "./write-atomic.js";
export { checkDirectory, type DirectoryKind, writeDirectory } from "./write-directory.js";
