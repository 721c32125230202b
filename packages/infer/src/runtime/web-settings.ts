import type { Env } from "onnxruntime-web";
import type { SessionOptions } from "./types.js";

/** What onnxruntime-web takes from its one environment: the page's first session decides for all. */
export function setUp(env: Env, { threads = 1, wasmPaths }: SessionOptions): void {
  env.logLevel = "error";
  env.wasm.numThreads = threads;
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
}
