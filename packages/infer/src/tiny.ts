export { NdArray } from "./nd-array.js";
export { type TinyLoadOptions, Vae } from "./vae-tiny.js";
