import type { Runtime } from "./types.js";

/** The runtime of the place we are in: onnxruntime-node in Node, onnxruntime-web elsewhere. */
export async function defaultRuntime(): Promise<Runtime> {
  if (globalThis.process?.versions?.node) return (await import("./node.js")).nodeRuntime;
  return (await import("./web.js")).webRuntime;
}
