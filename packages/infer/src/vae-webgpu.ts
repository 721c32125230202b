import type { OpenOptions, VaeSource } from "./bundle/open-given.js";
import { openWeb } from "./bundle/open-web.js";
import { readManifest } from "./bundle/read-manifest.js";
import { UsageError } from "./errors.js";
import { loadBundle } from "./load.js";
import type { Device, Platform } from "./platform.js";
import type { Runtime } from "./runtime/types.js";
import { BaseVae } from "./vae.js";
import type { WebLoadOptions } from "./vae-web.js";
import { warnOfThreads } from "./web-threads.js";

/** onnxruntime's WebGPU build holds the WebAssembly kernels too: a page needs no second one. */
const devices: { readonly [K in Device]: () => Promise<Runtime> } = {
  auto: async () => ((await hasAdapter()) ? webgpu() : wasm()),
  cpu: wasm,
  wasm,
  webgpu: async () => {
    if (await hasAdapter()) return webgpu();
    throw new UsageError(
      'Vae.load: device "webgpu": this browser offers no WebGPU adapter here. Take "auto" or "wasm", or look at chrome://gpu.',
    );
  },
};

async function webgpu(): Promise<Runtime> {
  return (await import("./runtime/webgpu.js")).webgpuRuntime;
}

async function wasm(): Promise<Runtime> {
  return (await import("./runtime/webgpu.js")).wasmOfWebgpuRuntime;
}

async function hasAdapter(): Promise<boolean> {
  const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<unknown> } };
  return Boolean(await gpu?.requestAdapter().catch(() => null));
}

const platform: Platform<VaeSource, OpenOptions> = {
  open: openWeb,
  readManifest,
  runtime: (device) => devices[device](),
  threads: () => 1,
};

export class Vae extends BaseVae {
  /**
   * Load a bundle, as `Vae.load` of @vaekit/infer/web; device "auto" is WebGPU where there is an adapter.
   * @throws BundleError when the bundle is missing, damaged or from a later version; UsageError without an adapter
   */
  static async load(source: VaeSource, options: WebLoadOptions = {}): Promise<Vae> {
    warnOfThreads(options);
    return new Vae(await loadBundle(platform, source, options));
  }
}
