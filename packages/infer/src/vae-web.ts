import type { OpenOptions, VaeSource } from "./bundle/open-given.js";
import { openWeb } from "./bundle/open-web.js";
import { readManifest } from "./bundle/read-manifest.js";
import { UsageError } from "./errors.js";
import { type LoadOptions, loadBundle } from "./load.js";
import type { Device, Platform } from "./platform.js";
import type { Runtime } from "./runtime/types.js";
import { BaseVae } from "./vae.js";
import { warnOfThreads } from "./web-threads.js";

export type WebLoadOptions = LoadOptions & OpenOptions;

const wasm = async (): Promise<Runtime> => (await import("./runtime/web.js")).webRuntime;

const devices: { readonly [K in Device]: () => Promise<Runtime> } = {
  auto: wasm,
  cpu: wasm,
  wasm,
  webgpu: async () => {
    throw new UsageError(
      'Vae.load: device "webgpu" is not in this entry point, whose pages stay smaller without; import Vae from @vaekit/infer/web/webgpu.',
    );
  },
};

const platform: Platform<VaeSource, OpenOptions> = {
  open: openWeb,
  readManifest,
  runtime: (device) => devices[device](),
  threads: () => 1,
};

export class Vae extends BaseVae {
  /**
   * Load a bundle from a URL (relative ones are the page's), a .zip's bytes, a File, or the Files of a directory; every
   * file is checked against the manifest's sha256, and kept in the browser's cache under it.
   * @throws BundleError when the bundle is missing, damaged or from a later version
   */
  static async load(source: VaeSource, options: WebLoadOptions = {}): Promise<Vae> {
    warnOfThreads(options);
    return new Vae(await loadBundle(platform, source, options));
  }
}
