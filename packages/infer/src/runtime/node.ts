import * as ort from "onnxruntime-node";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime, SessionOptions } from "./types.js";

/** onnxruntime-node on the CPU. */
export const nodeRuntime: Runtime = {
  name: "node",
  async createSession(model, options = {}) {
    const { externalData = [] } = options;
    const session = await ort.InferenceSession.create(model, { ...settings(options), externalData });
    return wrapSession(ort as unknown as Ort, session);
  },
  async openSession(path, options = {}) {
    return wrapSession(ort as unknown as Ort, await ort.InferenceSession.create(path, settings(options)));
  },
};

function settings({
  threads = 1,
  optimization = "all",
}: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ["cpu"],
    graphOptimizationLevel: optimization,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
}
