export { runCommand } from "./program.js";
export { type Pictures, gridPng, interleave } from "./picture.js";
