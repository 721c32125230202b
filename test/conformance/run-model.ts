import type { Tensor } from "onnxruntime-common";
import { binding, initOrt } from "onnxruntime-node/dist/binding.js";

export type Feeds = Record<string, Tensor>;

/**
 * Load a model, run it once, and drop it: all before it returns, because tfjs's `dataSync` cannot wait. onnxruntime-node's
 * public calls wrap the same native calls in promises.
 */
export function runModel(
  model: Uint8Array,
  feeds: Feeds,
  outputs: readonly string[],
): Record<string, Tensor> {
  initOrt();
  const session = new binding.InferenceSession();
  session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
    executionProviders: ["cpu"],
    // A session runs once: what optimising takes never comes back.
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 4,
  });
  try {
    const fetches = Object.fromEntries(outputs.map((name) => [name, null]));
    return session.run(feeds, fetches, {}) as Record<string, Tensor>;
  } finally {
    session.dispose();
  }
}
