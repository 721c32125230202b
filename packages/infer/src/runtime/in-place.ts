import { loadRuntime } from "./index.js";
import type { Feeds, Runtime, RuntimeTensor, SessionOptions } from "./types.js";

/** A loaded model whose outputs are all preallocated: a run writes them in place. */
export interface InPlaceSession {
  /** What runs it: "native" copies nothing, "node" and "web" go through onnxruntime's JavaScript packages. */
  readonly runtime: Runtime["name"];
  /** Tensors (these very objects) that come back run after run: they are made known once, until `dispose`. */
  hold(tensors: Iterable<RuntimeTensor>): void;
  /** Memory of feeds and outputs must stay as it is until the promise resolves. */
  run(feeds: Feeds, outputs: Feeds): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Load a model to run with preallocated outputs. onnxruntime-node 1.30 copies every output into a new array, also
 * those that were preallocated: a training step, whose outputs are all weights and moments, takes about half as long
 * through ONNX Runtime's own C API (bench/suites/choices.mjs), so that is used where it can be reached.
 */
export async function createInPlaceSession(
  model: Uint8Array,
  options: SessionOptions = {},
): Promise<InPlaceSession> {
  // Through the C API a model comes as one piece.
  if (globalThis.process?.versions?.node && !options.externalData?.length) {
    const { createNativeSession } = await import("./native-in-place.js");
    const session = await createNativeSession(model, options);
    if (session) return session;
  }
  const runtime = await loadRuntime();
  const session = await runtime.createSession(model, options);
  return {
    runtime: runtime.name,
    hold() {},
    async run(feeds, outputs) {
      await session.run(feeds, outputs);
    },
    dispose: () => session.dispose(),
  };
}
