import { type BundleSource, type Manifest, manifestName, sha256 } from "@vaekit/infer";
import type { StoredGraphs } from "./small.js";
import type { StoredGraph } from "./store.js";

/** A bundle that is not written yet. */
export async function inMemory(
  manifest: Manifest,
  graphs: StoredGraphs,
  which: keyof Pick<StoredGraph, "full" | "bytes">,
): Promise<BundleSource> {
  const models = Object.fromEntries(
    Object.entries(graphs).map(([name, stored]) => [`${name}.onnx`, stored[which]]),
  );
  const files: Manifest["files"] = {};
  for (const [file, bytes] of Object.entries(models))
    files[file] = { sha256: await sha256(bytes), bytes: bytes.length };
  const text = new TextEncoder().encode(JSON.stringify({ ...manifest, files }));
  return {
    name: "the bundle",
    read: async (file) => (file === manifestName ? text : (models[file] ?? null)),
  };
}
