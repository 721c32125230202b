import type { VaeSource } from "./bundle/open-given.js";
import { openWeb } from "./bundle/open-web.js";
import { loadPool, type PoolPlatform } from "./worker/load-pool.js";
import type { PoolOptions } from "./worker/options.js";
import { BasePool } from "./worker/pool.js";
import { webThread } from "./worker/thread-web.js";

export type { VaeApi } from "./vae-api.js";
export type { PoolOptions } from "./worker/options.js";
export type { Giveable } from "./worker/pool.js";
export { WorkerError } from "./worker/worker-error.js";

const platform: PoolPlatform<VaeSource, Worker> = {
  workers: 1,
  threads: 1,
  open: openWeb,
  absolute: (address) => new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href).href,
  // As bundlers look for it: in one expression.
  start: (make = () => new Worker(new URL("./worker/main-web.js", import.meta.url), { type: "module" })) =>
    webThread(make),
};

export class VaePool extends BasePool {
  /**
   * Load a bundle into a Web Worker, or several, from all that Vae.load takes; files are read once, by the page.
   * @throws BundleError when the bundle is missing, damaged or from a later version; WorkerError when a worker does not start
   */
  static async load(source: VaeSource, options: PoolOptions<Worker> = {}): Promise<VaePool> {
    return new VaePool(await loadPool(platform, source, options));
  }
}
