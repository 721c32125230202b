export { gridPng, interleave, type Pictures } from "./picture.js";
export { runCommand } from "./program.js";
