import * as ort from "onnxruntime-web/wasm";
import { explainFailure } from "./explain.js";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime } from "./types.js";
import { setUp } from "./web-settings.js";

/**
 * onnxruntime-web's plain WebAssembly build (14 MB; the WebGPU builds are larger). It runs in Node too,
 * where tests hold it against onnxruntime-node. More than one thread needs a cross-origin isolated page.
 */
export const webRuntime: Runtime = {
  name: "web",
  explain: explainFailure("web"),
  async createSession(model, options = {}) {
    setUp(ort.env, options);
    const { optimization = "all", externalData = [] } = options;
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: optimization,
      externalData,
    });
    return wrapSession(ort as unknown as Ort, session as never);
  },
};
