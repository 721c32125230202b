export { gridPng, interleave, type Pictures } from "@vaekit/infer/node";
export { runCommand } from "./program.js";
