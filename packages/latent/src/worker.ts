import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { checkOptions } from "./options.js";
import { Channel } from "./worker/channel.js";
import { BaseLatentWorker } from "./worker/latent-worker.js";
import { nodeThread } from "./worker/thread-node.js";

export type { LatentCalls } from "./worker/calls.js";
export { DisposedError, WorkerError } from "./worker/errors.js";

export interface LatentWorkerOptions {
  /** Makes the thread, whose script must be worker/main of this package. Default: from the file in this package. */
  worker?: () => Worker;
}

/** Beside this file; for those who run the sources, where tsup put it. */
function script(): URL {
  const built = new URL("./worker/main-node.js", import.meta.url);
  return existsSync(built) ? built : new URL("../dist/worker/main-node.js", import.meta.url);
}

export class LatentWorker extends BaseLatentWorker {
  /** Start a thread of node:worker_threads. @throws WorkerError when it does not start */
  static async start(options: LatentWorkerOptions = {}): Promise<LatentWorker> {
    checkOptions("LatentWorker.start", options, ["worker"]);
    const { worker = () => new Worker(script()) } = options;
    return new LatentWorker(await Channel.open(nodeThread(worker)));
  }
}
