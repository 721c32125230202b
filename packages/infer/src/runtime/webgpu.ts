import * as ort from "onnxruntime-web/webgpu";
import { explainFailure } from "./explain.js";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime } from "./types.js";
import { setUp } from "./web-settings.js";

/** One call at a time in the whole page: a second one while the first waits for the device would never come back. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work, work);
  last = result.catch(() => {});
  return result;
}

function runtime(name: "webgpu" | "web", provider: "webgpu" | "wasm"): Runtime {
  return {
    name,
    explain: explainFailure(name),
    createSession: (model, options = {}) =>
      inTurn(async () => {
        setUp(ort.env, options);
        const { optimization = "all", externalData = [] } = options;
        const created = await ort.InferenceSession.create(model, {
          executionProviders: [provider],
          graphOptimizationLevel: optimization,
          externalData,
        });
        const session = wrapSession(ort as unknown as Ort, created as never);
        return {
          ...session,
          run: (feeds, fetches) => inTurn(() => session.run(feeds, fetches)),
          dispose: () => inTurn(() => session.dispose()),
        };
      }),
  };
}

/** onnxruntime-web on WebGPU (27 MB of WebAssembly). Outputs are read back to memory. Needs a browser with an adapter. */
export const webgpuRuntime = runtime("webgpu", "webgpu");
/** The same build on the processor. */
export const wasmOfWebgpuRuntime = runtime("web", "wasm");
