import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

await build({
  entryPoints: ["main.js"],
  bundle: true,
  // Parts that only some pages need, and onnxruntime's threads, are files of their own.
  format: "esm",
  splitting: true,
  minify: true,
  outdir: "dist",
});

// onnxruntime looks for it beside its script; esbuild leaves it where it is.
const wasm = "ort-wasm-simd-threaded.wasm";
copyFileSync(fileURLToPath(import.meta.resolve(`onnxruntime-web/${wasm}`)), `dist/${wasm}`);
