import type { OpenOptions } from "../bundle/open-given.js";
import { UsageError } from "../errors.js";
import { type LoadOptions, mostThreads } from "../load.js";

/** W is the platform's Worker. */
export interface PoolOptions<W = unknown> extends Omit<LoadOptions, "runtime" | "onWarning">, OpenOptions {
  /** Threads that each run the graphs. Default: as many as there are cores and at most 4 in Node, 1 in a browser. */
  workers?: number;
  /**
   * Makes a worker, for bundlers that do not know `new Worker(new URL(...))`, and for pages whose
   * Content-Security-Policy allows other addresses. Its script imports "@vaekit/infer/worker/main" and nothing else.
   */
  worker?: () => W;
}

const names: Readonly<Record<keyof PoolOptions, true>> = {
  workers: true,
  worker: true,
  device: true,
  threads: true,
  batchSize: true,
  graphs: true,
  onProgress: true,
  onWarning: true,
  onDownload: true,
  warmUp: true,
  wasmPaths: true,
  cache: true,
  fetch: true,
  timeout: true,
};

/** What the workers do not check themselves. @throws UsageError */
export function checkOptions({ workers, worker, ...options }: PoolOptions): void {
  const stray = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (stray === "runtime") {
    throw new UsageError("VaePool.load: a runtime cannot be sent to workers; choose one by `device`.");
  }
  if (stray) {
    const list = Object.keys(names).join(", ");
    throw new UsageError(`VaePool.load: there is no option "${stray}"; there are ${list}`);
  }
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0 && workers <= mostThreads)) {
    throw new UsageError(`VaePool.load: workers must be an integer from 1 to ${mostThreads}, got ${workers}`);
  }
  if (worker !== undefined && typeof worker !== "function") {
    throw new UsageError("VaePool.load: worker must be a function that makes a Worker");
  }
  const { onProgress } = options;
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new UsageError(`VaePool.load: onProgress must be a function, got ${String(onProgress)}`);
  }
}
