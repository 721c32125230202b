import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { VaeSource } from "./bundle/open-given.js";
import { openNode } from "./bundle/open-node.js";
import { loadPool, type PoolPlatform } from "./worker/load-pool.js";
import type { PoolOptions } from "./worker/options.js";
import { BasePool } from "./worker/pool.js";
import { nodeThread } from "./worker/thread-node.js";

export type { VaeApi } from "./vae-api.js";
export type { PoolOptions } from "./worker/options.js";
export type { Giveable } from "./worker/pool.js";
export { WorkerError } from "./worker/worker-error.js";

const mostByDefault = 4;

const platform: PoolPlatform<VaeSource, Worker> = {
  workers: Math.min(mostByDefault, availableParallelism()),
  threads: 1,
  async open(source, options) {
    const address = typeof source === "string" || source instanceof URL ? `${source}` : null;
    if (address === null || /^(https?:\/\/|data:)/i.test(address))
      return openNode(source as VaeSource, options);
    return {
      path: /^[a-z][a-z0-9+.-]+:\/\//i.test(address) || source instanceof URL ? address : resolve(address),
    };
  },
  absolute: (address) => address,
  start: (make = () => new Worker(script())) => nodeThread(make),
};

/** Beside this file; for those who run the sources, where tsup put it. */
function script(): URL {
  const built = new URL("./worker/main-node.js", import.meta.url);
  return existsSync(built) ? built : new URL("../dist/worker/main-node.js", import.meta.url);
}

export class VaePool extends BasePool {
  /**
   * Load a bundle into workers, from all that Vae.load takes. A path is read by each worker, anything else once for all.
   * @throws BundleError when the bundle is missing, damaged or from a later version; WorkerError when a worker does not start
   */
  static async load(source: VaeSource, options: PoolOptions<Worker> = {}): Promise<VaePool> {
    return new VaePool(await loadPool(platform, source, options));
  }
}
