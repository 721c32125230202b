import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { SiteRuntime } from "./manifest.js";

/** onnxruntime-web's file for each of its builds. */
const names: { readonly [K in SiteRuntime]: string | null } = {
  tiny: null,
  wasm: "ort-wasm-simd-threaded.wasm",
  webgpu: "ort-wasm-simd-threaded.asyncify.wasm",
};

/** onnxruntime's WebAssembly, of the version that @vaekit/infer runs; null where the runtime needs none. */
export function wasmFile(runtime: SiteRuntime): { path: string; bytes: Uint8Array } | null {
  const name = names[runtime];
  if (!name) return null;
  const infer = createRequire(import.meta.url).resolve("@vaekit/infer/package.json");
  const folder = dirname(createRequire(infer).resolve("onnxruntime-web"));
  return { path: `runtime/${name}`, bytes: new Uint8Array(readFileSync(join(folder, name))) };
}
