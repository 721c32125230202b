import { DisposedError } from "../errors.js";
import type { Pointer } from "./c-api.js";
import type { InPlaceSession } from "./in-place.js";
import { callAsync, check, createSession, nativeEnvironment, wrap } from "./native-environment.js";
import type { Feeds, RuntimeTensor, SessionOptions } from "./types.js";

/**
 * A session of ONNX Runtime's C API: nothing is copied, neither in nor out, and it runs on a thread of libuv's pool,
 * so that the event loop goes on. Null where the C API cannot be reached from here.
 */
export async function createNativeSession(
  model: Uint8Array,
  options: SessionOptions,
): Promise<InPlaceSession | null> {
  const environment = nativeEnvironment();
  if (!environment) return null;
  const { api } = environment;
  const session = createSession(environment, model, options);
  let disposed = false;
  /** The run under way and those that wait; null where there is none. */
  let running: Promise<unknown> | null = null;

  const held = new Map<RuntimeTensor, Pointer>();

  const run = async (feeds: Feeds, outputs: Feeds): Promise<void> => {
    const [inputNames, outputNames] = [Object.keys(feeds), Object.keys(outputs)];
    const passing: Pointer[] = [];
    const value = (tensor: RuntimeTensor): Pointer => {
      const known = held.get(tensor);
      if (known) return known;
      const made = wrap(environment, tensor);
      passing.push(made);
      return made;
    };
    try {
      const inputs = inputNames.map((name) => value(feeds[name]!));
      const results = outputNames.map((name) => value(outputs[name]!));
      const status = await callAsync(api.Run, [
        session,
        null,
        inputNames,
        inputs,
        inputs.length,
        outputNames,
        outputNames.length,
        results,
      ]);
      check(api, status);
    } finally {
      for (const pointer of passing) api.ReleaseValue(pointer);
    }
  };

  return {
    runtime: "native",
    hold(tensors) {
      for (const tensor of tensors) if (!held.has(tensor)) held.set(tensor, wrap(environment, tensor));
    },
    run(feeds, outputs) {
      if (disposed)
        return Promise.reject(new DisposedError("run: this session was disposed; load the model again"));
      // Where none is under way it starts at once, so that the caller's next lines run beside it.
      const result = running ? running.then(() => run(feeds, outputs)) : run(feeds, outputs);
      const settled: Promise<unknown> = result
        .catch(() => {})
        .then(() => {
          if (running === settled) running = null;
        });
      running = settled;
      return result;
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await running;
      for (const pointer of held.values()) api.ReleaseValue(pointer);
      held.clear();
      api.ReleaseSession(session);
    },
  };
}
