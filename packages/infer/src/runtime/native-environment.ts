import type { DType } from "../nd-array.js";
import { type CApi, loadCApi, type NativeFunction, type Pointer } from "./c-api.js";
import type { RuntimeTensor, SessionOptions } from "./types.js";

/** ONNXTensorElementDataType */
export const elementTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const satisfies Record<
  DType,
  number
>;
/** GraphOptimizationLevel */
const levels = { disabled: 0, basic: 1, extended: 2, all: 99 } as const;
/** OrtLoggingLevel ORT_LOGGING_LEVEL_ERROR; OrtAllocatorType OrtDeviceAllocator; OrtMemType OrtMemTypeDefault */
const [logErrors, deviceAllocator, defaultMemory] = [3, 1, 0];

/** ONNX Runtime's C API with the one environment of this process. */
export interface Environment {
  api: CApi;
  env: Pointer;
  memory: Pointer;
}

let environment: Environment | null | undefined;

/** Null where the C API cannot be reached from here. */
export function nativeEnvironment(): Environment | null {
  if (environment === undefined) environment = createEnvironment();
  return environment;
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

/** Load a model of one piece. @throws Error with ONNX Runtime's words */
export function createSession(
  { api, env }: Environment,
  model: Uint8Array,
  { threads = 1, optimization = "all" }: SessionOptions,
): Pointer {
  const options = create(api, api.CreateSessionOptions);
  try {
    check(api, api.SetIntraOpNumThreads(options, threads));
    check(api, api.SetInterOpNumThreads(options, 1));
    check(api, api.SetSessionGraphOptimizationLevel(options, levels[optimization]));
    return create(api, api.CreateSessionFromArray, env, model, model.length, options);
  } finally {
    api.ReleaseSessionOptions(options);
  }
}

/** A tensor over the array's own memory, which must outlive it. */
export function wrap({ api, memory }: Environment, { dtype, shape, data }: RuntimeTensor): Pointer {
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
export function create<T = Pointer>(api: CApi, fn: NativeFunction, ...args: unknown[]): T {
  const out: [T | null] = [null];
  check(api, fn(...args, out));
  return out[0]!;
}

/** Calls on threads of libuv's pool at once: more only wait there, and koffi refuses more than 256. */
const mostCalls = 32;
let calls = 0;
const waiting: (() => void)[] = [];

/** Call a function on a thread of libuv's pool; those that are too many wait their turn. */
export async function callAsync(fn: NativeFunction, args: unknown[]): Promise<unknown> {
  if (calls === mostCalls) await new Promise<void>((resolve) => waiting.push(resolve));
  else calls++;
  try {
    return await new Promise((resolve, reject) => {
      fn.async(...args, (error, result) => (error ? reject(error) : resolve(result)));
    });
  } finally {
    // Whose turn it is takes over this call's place.
    const next = waiting.shift();
    if (next) next();
    else calls--;
  }
}

/** @throws Error with ONNX Runtime's words for a status that is not null */
export function check(api: CApi, status: unknown): void {
  if (!status) return;
  const message = api.GetErrorMessage(status) as string;
  api.ReleaseStatus(status);
  throw new Error(`ONNX Runtime: ${message}`);
}
