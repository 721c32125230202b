import type { Manifest } from "./bundle/manifest.js";
import type { GraphName } from "./bundle/names.js";
import type { BundleSource } from "./bundle/source.js";
import type { Runtime } from "./runtime/types.js";

export const devices = ["auto", "cpu", "wasm", "webgpu"] as const;
/**
 * cpu: the fastest way on this machine's cores, native in Node and WebAssembly in a browser; wasm, webgpu: onnxruntime-web;
 * auto: what is fastest for small models among what the entry point carries
 */
export type Device = (typeof devices)[number];

/** What differs between Node, a page, and a page without onnxruntime. */
export interface Platform<S, O> {
  /** A bundle's files, from whatever users have here. */
  open(source: S, options: O): Promise<BundleSource>;
  readManifest(source: BundleSource): Promise<Manifest>;
  /** @throws UsageError for a device that is not to be had here, with what to do */
  runtime(device: Device): Promise<Runtime>;
  /** Threads for a graph whose file has so many bytes, where the user says nothing. */
  threads(bytes: number, runtime: Runtime["name"]): number;
  /** Graphs that are loaded where the user says nothing. Default: all that the bundle has. */
  graphs?(manifest: Manifest): GraphName[];
}
