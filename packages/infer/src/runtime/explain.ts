import type { Runtime } from "./types.js";

/** Why onnxruntime does not load a model whose bytes are what was exported: its own words, and what to do. */
export function explainFailure(name: Runtime["name"]): (words: string) => string {
  return (words) => {
    const text = words.replace(/^ONNX Runtime: |\.$/g, "");
    const cure = /no available backend/.test(text)
      ? "Its .wasm file could not be had: say where it is by `wasmPaths` (docs/deployment.md)."
      : "Update onnxruntime or export the bundle again.";
    return `ONNX Runtime (${name}) cannot load it: ${text}. ${cure}`;
  };
}
