import type { BundleSource } from "../bundle/source.js";
import type { SessionOptions } from "../runtime/types.js";
import { Crew } from "./crew.js";
import { Files } from "./files.js";
import type { Loaded } from "./member.js";
import { checkOptions, type PoolOptions } from "./options.js";
import type { StartThread } from "./thread.js";

/** What differs between Node and a browser. */
export interface PoolPlatform<S, W> {
  /** How many workers where the user says nothing. */
  workers: number;
  /** Threads of each worker where the user says nothing. */
  threads: number;
  /** A path that workers read themselves, or a source that is read for them. */
  open(source: S, options: PoolOptions<W>): Promise<{ path: string } | BundleSource>;
  /** Where a relative address of the page leads. */
  absolute(address: string): string;
  start(make: (() => W) | undefined): StartThread;
}

/** Loaded workers, as VaePool's constructor takes them. */
export interface LoadedPool extends Loaded {
  crew: Crew;
  workers: number;
  batchSize: number;
}

/** @throws UsageError for options that are none; BundleError; WorkerError when a worker does not start */
export async function loadPool<S, W>(
  platform: PoolPlatform<S, W>,
  given: S,
  options: PoolOptions<W>,
): Promise<LoadedPool> {
  checkOptions(options);
  const { workers = platform.workers, threads = platform.threads, batchSize = 256 } = options;
  const { device, graphs, warmUp, wasmPaths, worker, onProgress } = options;
  const opened = await platform.open(given, options);
  const crew = new Crew({
    start: platform.start(worker),
    source: "path" in opened ? opened : new Files(opened),
    options: {
      device,
      threads,
      batchSize,
      graphs,
      warmUp,
      wasmPaths: sentPaths(wasmPaths, platform.absolute),
    },
  });
  return { crew, workers, batchSize, ...(await crew.start(workers, onProgress)) };
}

/** A worker's relative addresses are its script's, and it cannot be sent URLs. */
function sentPaths(
  paths: SessionOptions["wasmPaths"],
  absolute: (address: string) => string,
): SessionOptions["wasmPaths"] {
  if (paths === undefined) return undefined;
  if (typeof paths === "string") return absolute(paths);
  const { wasm, mjs } = paths;
  return { ...(wasm && { wasm: absolute(`${wasm}`) }), ...(mjs && { mjs: absolute(`${mjs}`) }) };
}
