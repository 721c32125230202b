export * from "./image/node.js";
export * from "./index.js";
export { hasNative, nativeRuntime } from "./runtime/native.js";
