import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readChunks } from "./built.js";
import type { SiteRuntime } from "./manifest.js";

/** onnxruntime-web's file for each of its builds. */
const names: { readonly [K in SiteRuntime]: string | null } = {
  tiny: null,
  wasm: "ort-wasm-simd-threaded.wasm",
  webgpu: "ort-wasm-simd-threaded.asyncify.wasm",
};

/**
 * onnxruntime's WebAssembly, of the version that @vaekit/infer runs, under the name by which the page's script looks for it; null where
 * the runtime needs none.
 */
export function wasmFile(runtime: SiteRuntime): { path: string; bytes: Uint8Array } | null {
  const name = names[runtime];
  if (!name) return null;
  const start = `assets/${name.replace(".wasm", "-")}`;
  const built = Object.values(readChunks("page")).flatMap(({ assets = [] }) => assets);
  const path = built.find((file) => file.startsWith(start));
  // All in assets/ is kept for ever, so that a name without a hash would outlive its content.
  if (!path) throw new Error(`siteFiles: the built page names no ${name}; build the explorer again`);
  const infer = createRequire(import.meta.url).resolve("@vaekit/infer/package.json");
  const folder = dirname(createRequire(infer).resolve("onnxruntime-web"));
  return { path, bytes: new Uint8Array(readFileSync(join(folder, name))) };
}
