import type { InferenceSession } from "onnxruntime-node";
import { explainFailure } from "./explain.js";
import { type Ort, wrapSession } from "./session.js";
import { refuseTelemetry } from "./telemetry.js";
import type { Runtime, SessionOptions } from "./types.js";

/** Loaded with the first session: what it must know beforehand is in the environment then. */
function loadOrt() {
  refuseTelemetry();
  return import("onnxruntime-node");
}

/** onnxruntime-node on the CPU. */
export const nodeRuntime: Runtime = {
  name: "node",
  explain: explainFailure("node"),
  async createSession(model, options = {}) {
    const { externalData = [] } = options;
    const ort = await loadOrt();
    const session = await ort.InferenceSession.create(model, { ...settings(options), externalData });
    return wrapSession(ort as unknown as Ort, session);
  },
  async openSession(path, options = {}) {
    const ort = await loadOrt();
    return wrapSession(ort as unknown as Ort, await ort.InferenceSession.create(path, settings(options)));
  },
};

function settings({ threads = 1, optimization = "all" }: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: ["cpu"],
    graphOptimizationLevel: optimization,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
}
