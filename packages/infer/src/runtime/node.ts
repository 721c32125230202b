import * as ort from "onnxruntime-node";
import { type Ort, wrapSession } from "./session.js";
import type { Runtime } from "./types.js";

/** onnxruntime-node on the CPU. */
export const nodeRuntime: Runtime = {
  name: "node",
  async createSession(model, { threads = 1, optimization = "all", denormalsAsZero = false } = {}) {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      graphOptimizationLevel: optimization,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { session: { set_denormal_as_zero: denormalsAsZero ? "1" : "0" } },
      logSeverityLevel: 3,
    });
    return wrapSession(ort as unknown as Ort, session);
  },
};
