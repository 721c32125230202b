import type { Runtime } from "./types.js";

const runtimes: { readonly [K in Runtime["name"]]: () => Promise<Runtime> } = {
  node: async () => (await import("./node.js")).nodeRuntime,
  web: async () => (await import("./web.js")).webRuntime,
};

/** A runtime by name; by default that of the place we are in: onnxruntime-node in Node, onnxruntime-web elsewhere. */
export function loadRuntime(
  name: Runtime["name"] = globalThis.process?.versions?.node ? "node" : "web",
): Promise<Runtime> {
  return runtimes[name]();
}
