import { availableParallelism } from "node:os";
import type { OpenOptions, VaeSource } from "./bundle/open-given.js";
import { openNode } from "./bundle/open-node.js";
import { readManifest } from "./bundle/read-manifest.js";
import { UsageError } from "./errors.js";
import { type LoadOptions, loadBundle } from "./load.js";
import type { Device, Platform } from "./platform.js";
import { loadRuntime } from "./runtime/index.js";
import type { Runtime } from "./runtime/types.js";
import { BaseVae } from "./vae.js";

/** Graphs whose files are smaller are fastest on one thread: their operators are over before others wake. */
const oneThreadBelow = 2 ** 18;
/** More help little where an operator takes microseconds, and take cores from others. */
const mostByDefault = 4;

const devices: { readonly [K in Device]: () => Promise<Runtime> } = {
  auto: native,
  cpu: native,
  wasm: () => loadRuntime("web"),
  webgpu: async () => {
    throw new UsageError(
      'Vae.load: device "webgpu" is for browsers, from @vaekit/infer/web/webgpu; in Node take "cpu" or "wasm".',
    );
  },
};

/** ONNX Runtime's C API where koffi is installed, else onnxruntime-node. */
async function native(): Promise<Runtime> {
  const { hasNative, nativeRuntime } = await import("./runtime/native.js");
  return hasNative() ? nativeRuntime : loadRuntime("node");
}

const platform: Platform<VaeSource, OpenOptions> = {
  open: openNode,
  readManifest,
  runtime: (device) => devices[device](),
  threads: (bytes, runtime) =>
    bytes < oneThreadBelow || runtime === "web" ? 1 : Math.min(mostByDefault, availableParallelism()),
};

export type NodeLoadOptions = LoadOptions & OpenOptions;

export class Vae extends BaseVae {
  /**
   * Load a bundle from its directory, a .zip of it (path or bytes), an address, or its files by name; every file is
   * checked against the manifest's sha256. What is downloaded is kept in the user's cache folder.
   * @throws BundleError when the bundle is missing, damaged or from a later version
   */
  static async load(source: VaeSource, options: NodeLoadOptions = {}): Promise<Vae> {
    if (options?.device === "wasm" && (options.threads ?? 1) > 1) {
      throw new UsageError(
        `Vae.load: in Node onnxruntime-web has one thread, got ${options.threads}; take device "cpu", or VaePool with several workers.`,
      );
    }
    return new Vae(await loadBundle(platform, source, options));
  }
}
