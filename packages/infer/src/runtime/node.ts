import * as ort from "onnxruntime-node";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime } from "./types.js";

/** onnxruntime-node on the CPU. */
export const nodeRuntime: Runtime = {
  name: "node",
  async createSession(model, { threads = 1, optimization = "all", externalData = [] } = {}) {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      graphOptimizationLevel: optimization,
      externalData,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return wrapSession(ort as unknown as Ort, session);
  },
};
