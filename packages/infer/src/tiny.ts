export { NdArray } from "./nd-array.js";
export { tinyRuntime } from "./tiny/index.js";
export { type TinyLoadOptions, Vae } from "./vae-tiny.js";
