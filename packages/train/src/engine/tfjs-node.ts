import { createRequire } from "node:module";

const moduleName = "@tensorflow/tfjs-node";

/**
 * Load native TensorFlow. tfjs-node 4.22 still calls two functions that Node 24 took out of node:util; they are
 * put back first.
 * @throws whatever kept it from loading
 */
export async function loadTfjsNode(): Promise<void> {
  const utilities = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
  // TensorFlow's own notices about its CPU build.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  await import(moduleName);
}
