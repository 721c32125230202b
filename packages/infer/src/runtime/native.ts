import { DisposedError } from "../errors.js";
import type { DType } from "../nd-array.js";
import { type CApi, loadCApi, type NativeFunction, type Pointer } from "./c-api.js";
import type { InPlaceSession } from "./in-place.js";
import type { Feeds, RuntimeTensor, SessionOptions } from "./types.js";

/** ONNXTensorElementDataType */
const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const satisfies Record<
  DType,
  number
>;
/** GraphOptimizationLevel */
const levels = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;
/** OrtLoggingLevel ORT_LOGGING_LEVEL_ERROR; OrtAllocatorType OrtDeviceAllocator; OrtMemType OrtMemTypeDefault */
const [logErrors, deviceAllocator, defaultMemory] = [3, 1, 0];

interface Environment {
  api: CApi;
  env: Pointer;
  memory: Pointer;
}

let environment: Environment | null | undefined;

/**
 * A session of ONNX Runtime's C API: nothing is copied, neither in nor out, and it runs on a thread of libuv's pool,
 * so that the event loop goes on. Null where the C API cannot be reached from here.
 */
export async function createNativeSession(
  model: Uint8Array,
  { threads = 1, optimization = "all" }: SessionOptions,
): Promise<InPlaceSession | null> {
  if (environment === undefined) environment = createEnvironment();
  if (!environment) return null;
  const { api, env, memory } = environment;
  const options = create(api, api.CreateSessionOptions);
  let session: Pointer;
  try {
    check(api, api.SetIntraOpNumThreads(options, threads));
    check(api, api.SetInterOpNumThreads(options, 1));
    check(api, api.SetSessionGraphOptimizationLevel(options, levels[optimization]));
    session = create(api, api.CreateSessionFromArray, env, model, model.length, options);
  } finally {
    api.ReleaseSessionOptions(options);
  }
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
      const made = wrap(api, memory, tensor);
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
      for (const tensor of tensors) if (!held.has(tensor)) held.set(tensor, wrap(api, memory, tensor));
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

function createEnvironment(): Environment | null {
  const api = loadCApi();
  if (!api) return null;
  return {
    api,
    env: create(api, api.CreateEnv, logErrors, "vaekit"),
    memory: create(api, api.CreateCpuMemoryInfo, deviceAllocator, defaultMemory),
  };
}

/** A tensor over the array's own memory. */
function wrap(api: CApi, memory: Pointer, { dtype, shape, data }: RuntimeTensor): Pointer {
  const sizes = BigInt64Array.from(shape, BigInt);
  return create(
    api,
    api.CreateTensorWithDataAsOrtValue,
    memory,
    data,
    data.byteLength,
    sizes,
    sizes.length,
    elementTypes[dtype],
  );
}

/** Call a function that returns a status and hands its result out through the last parameter. */
function create(api: CApi, fn: NativeFunction, ...args: unknown[]): Pointer {
  const out: [Pointer | null] = [null];
  check(api, fn(...args, out));
  return out[0]!;
}

function callAsync(fn: NativeFunction, args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    fn.async(...args, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** @throws Error with ONNX Runtime's words for a status that is not null */
function check(api: CApi, status: unknown): void {
  if (!status) return;
  const message = api.GetErrorMessage(status) as string;
  api.ReleaseStatus(status);
  throw new Error(`ONNX Runtime: ${message}`);
}
