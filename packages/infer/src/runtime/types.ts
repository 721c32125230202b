import type { DType, TypedArray } from "../nd-array.js";

/** A named input or output of a model; a string in the shape is a symbolic dimension. */
export interface Port {
  name: string;
  dtype: DType;
  shape: readonly (number | string)[];
}

export interface RuntimeTensor {
  dtype: DType;
  shape: readonly number[];
  data: TypedArray;
}

export type Feeds = Readonly<Record<string, RuntimeTensor>>;

/** A loaded ONNX model. `run` blocks its thread while it computes, whatever the promise suggests. */
export interface Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** fetches: preallocated outputs by name, written in place; without them all outputs are allocated. */
  run(feeds: Feeds, fetches?: Feeds): Promise<Record<string, RuntimeTensor>>;
  dispose(): Promise<void>;
}

/** A file that a model keeps tensors in. */
export interface ExternalData {
  /** As the model names it. */
  path: string;
  data: Uint8Array;
}

export interface SessionOptions {
  /** Threads inside one operator. Default: 1, which is fastest for small models. */
  threads?: number;
  /** ONNX Runtime's own graph optimisation. Default "all". */
  optimization?: "disabled" | "basic" | "extended" | "all";
  /** Files that the model keeps tensors in. Default none. */
  externalData?: readonly ExternalData[];
  /**
   * Of onnxruntime-web: where its .wasm (and, for some bundlers, .mjs) file is: a folder's URL that ends in a slash, or
   * the URLs themselves. Default: beside onnxruntime's own script, where bundlers that know `new URL` put it.
   */
  wasmPaths?: string | { wasm?: string | URL; mjs?: string | URL };
}

export interface Runtime {
  /**
   * native: ONNX Runtime's C API; node: onnxruntime-node; web, webgpu: onnxruntime-web on WebAssembly or WebGPU;
   * tiny: our own, of a few kB
   */
  readonly name: "native" | "node" | "web" | "webgpu" | "tiny";
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** What is said of a model that did not load, with what to do; else the error's own words. */
  explain?(words: string): string;
  /** Load a file, where the runtime can: weights beside it are mapped into memory, not read. */
  openSession?(path: string, options?: Omit<SessionOptions, "externalData">): Promise<Session>;
}
