import type { Runtime } from "./types.js";

const runtimes = {
  native: async () => (await import("./native.js")).nativeRuntime,
  node: async () => (await import("./node.js")).nodeRuntime,
  web: async () => (await import("./web.js")).webRuntime,
} as const satisfies { readonly [K in Runtime["name"]]?: () => Promise<Runtime> };

/** The runtimes that work in Node. */
export type NodeRuntimeName = keyof typeof runtimes;

/** A runtime by name; by default that of the place we are in: onnxruntime-node in Node, onnxruntime-web elsewhere. */
export function loadRuntime(
  name: NodeRuntimeName = globalThis.process?.versions?.node ? "node" : "web",
): Promise<Runtime> {
  return runtimes[name]();
}
