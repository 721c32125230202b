import { fetchSource } from "./bundle/fetch-source.js";
import { readLeanManifest } from "./bundle/lean-manifest.js";
import { checkLeanPorts } from "./bundle/lean-ports.js";
import type { Manifest } from "./bundle/manifest.js";
import { graphsOf } from "./bundle/names.js";
import type { BundleSource } from "./bundle/source.js";
import { BaseDecoder, checkNames } from "./decoder.js";
import { UsageError } from "./errors.js";
import { type LoadOptions, loadChosen } from "./load.js";
import type { Platform } from "./platform.js";
import { tinyRuntime } from "./tiny/index.js";

export type TinyLoadOptions = Omit<LoadOptions, "wasmPaths" | "threads" | "graphs">;

const platform: Platform<string | URL | BundleSource, object> = {
  open: async (source) =>
    source instanceof URL || typeof source === "string" ? fetchSource(source) : source,
  readManifest: readLeanManifest,
  async runtime(device) {
    if (device === "auto" || device === "cpu") return tinyRuntime;
    throw new UsageError(`Vae.load: device "${device}" needs onnxruntime: import Vae from @vaekit/infer/web`);
  },
  threads: () => 1,
};

const optionNames = ["device", "batchSize", "onProgress", "onWarning", "warmUp", "runtime"];

function checkOptions(options: TinyLoadOptions): void {
  checkNames("Vae.load", options, optionNames);
  const { batchSize = 1 } = options;
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new UsageError(`Vae.load: batchSize must be a positive integer, got ${batchSize}`);
  }
}

const chosenGraphs = (manifest: Manifest) =>
  graphsOf(manifest).filter((name) => name === "decoder" || name === "prior");

/** A decoder without onnxruntime: decode, sample, interpolate, traverse. */
export class Vae extends BaseDecoder {
  /**
   * Load the decoder of a bundle from its address (relative ones are the page's) or a source of one's own. Every file is
   * checked against the manifest's sha256.
   * @throws BundleError when the bundle is missing, damaged or from a later version, or has operators that only onnxruntime
   * runs: then take @vaekit/infer/web
   */
  static async load(source: string | URL | BundleSource, options: TinyLoadOptions = {}): Promise<Vae> {
    checkOptions(options);
    return new Vae(await loadChosen(platform, source, options, chosenGraphs, checkLeanPorts));
  }
}
