import * as ort from "onnxruntime-web/webgpu";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime } from "./types.js";
import { setUp } from "./web-settings.js";

function runtime(name: "webgpu" | "web", provider: "webgpu" | "wasm"): Runtime {
  return {
    name,
    async createSession(model, options = {}) {
      setUp(ort.env, options);
      const { optimization = "all", externalData = [] } = options;
      const session = await ort.InferenceSession.create(model, {
        executionProviders: [provider],
        graphOptimizationLevel: optimization,
        externalData,
      });
      return wrapSession(ort as unknown as Ort, session as never);
    },
  };
}

/** onnxruntime-web on WebGPU (26 MB of WebAssembly). Outputs are read back to memory. Needs a browser with an adapter. */
export const webgpuRuntime = runtime("webgpu", "webgpu");
/** The same build on the processor. */
export const wasmOfWebgpuRuntime = runtime("web", "wasm");
