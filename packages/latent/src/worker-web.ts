import { checkOptions } from "./options.js";
import { Channel } from "./worker/channel.js";
import { BaseLatentWorker } from "./worker/latent-worker.js";
import { webThread } from "./worker/thread-web.js";

export type { LatentCalls } from "./worker/calls.js";
export { DisposedError, WorkerError } from "./worker/errors.js";

export interface LatentWorkerOptions {
  /** Makes the Web Worker, whose script must be worker/main of this package. Default: from the file beside this one. */
  worker?: () => Worker;
}

// As bundlers look for it: in one expression.
const ownWorker = () => new Worker(new URL("./worker/main-web.js", import.meta.url), { type: "module" });

export class LatentWorker extends BaseLatentWorker {
  /** Start a Web Worker. @throws WorkerError when it does not start */
  static async start(options: LatentWorkerOptions = {}): Promise<LatentWorker> {
    checkOptions("LatentWorker.start", options, ["worker"]);
    const { worker = ownWorker } = options;
    return new LatentWorker(await Channel.open(webThread(worker)));
  }
}
