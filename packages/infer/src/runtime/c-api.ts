import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { refuseTelemetry } from "./telemetry.js";

/** An opaque C pointer, as koffi hands it over. */
export type Pointer = object | bigint;
/** A C function; `async` runs it on a thread of libuv's pool. */
export type NativeFunction = ((...args: unknown[]) => unknown) & {
  async(...args: [...unknown[], (error: Error | null, result: unknown) => void]): void;
};

interface Koffi {
  config(): Readonly<Record<string, number>>;
  config(changes: Readonly<Record<string, number>>): void;
  load(path: string): { func(signature: string): NativeFunction };
  decode(pointer: Pointer | BigUint64Array, type: unknown, length?: number): unknown;
  array(type: string, length: number): unknown;
  proto(signature: string): unknown;
}

/** Bytes; what Linux gives a thread. */
const stackSize = 8 * 2 ** 20;

/** Version of the C API that is asked for: onnxruntime 1.17 and all later ones have it. */
const apiVersion = 17;

/**
 * Where each function stands in struct OrtApi (onnxruntime_c_api.h). The struct only ever grows at its end, so these
 * places are part of onnxruntime's stable ABI. Prototypes have no names: koffi would refuse the same name twice, and
 * two copies of this package can share a process.
 */
const functions = {
  GetErrorMessage: [2, "const char *(void *)"],
  CreateEnv: [3, "void *(int, const char *, _Out_ void **)"],
  CreateSessionFromArray: [8, "void *(void *, const void *, size_t, void *, _Out_ void **)"],
  Run: [9, "void *(void *, void *, const char **, void **, size_t, const char **, size_t, void **)"],
  CreateSessionOptions: [10, "void *(_Out_ void **)"],
  SetSessionGraphOptimizationLevel: [23, "void *(void *, int)"],
  SetIntraOpNumThreads: [24, "void *(void *, int)"],
  SetInterOpNumThreads: [25, "void *(void *, int)"],
  SessionGetInputCount: [30, "void *(void *, _Out_ size_t *)"],
  SessionGetOutputCount: [31, "void *(void *, _Out_ size_t *)"],
  SessionGetInputTypeInfo: [33, "void *(void *, size_t, _Out_ void **)"],
  SessionGetOutputTypeInfo: [34, "void *(void *, size_t, _Out_ void **)"],
  SessionGetInputName: [36, "void *(void *, size_t, void *, _Out_ void **)"],
  SessionGetOutputName: [37, "void *(void *, size_t, void *, _Out_ void **)"],
  CreateTensorWithDataAsOrtValue: [
    49,
    "void *(void *, const void *, size_t, const int64_t *, size_t, int, _Out_ void **)",
  ],
  CastTypeInfoToTensorInfo: [55, "void *(void *, _Out_ void **)"],
  GetTensorElementType: [60, "void *(void *, _Out_ int *)"],
  GetDimensionsCount: [61, "void *(void *, _Out_ size_t *)"],
  GetDimensions: [62, "void *(void *, void *, size_t)"],
  GetSymbolicDimensions: [63, "void *(void *, void *, size_t)"],
  CreateCpuMemoryInfo: [69, "void *(int, int, _Out_ void **)"],
  AllocatorFree: [76, "void *(void *, void *)"],
  GetAllocatorWithDefaultOptions: [78, "void *(_Out_ void **)"],
  ReleaseStatus: [93, "void (void *)"],
  ReleaseSession: [95, "void (void *)"],
  ReleaseValue: [96, "void (void *)"],
  ReleaseTypeInfo: [98, "void (void *)"],
  ReleaseSessionOptions: [100, "void (void *)"],
} as const;

export interface CApi extends Record<keyof typeof functions, NativeFunction> {
  /** Text at a C pointer to characters. */
  text(pointer: Pointer): string;
  /** Text at the i-th of an array of pointers to characters; null where that is null. */
  textAt(pointers: BigUint64Array, i: number): string | null;
}

/** koffi unloads a library whose object is collected, with its functions in use: what is loaded once stays. */
const loaded: unknown[] = [];

/** onnxruntime-node's own library through koffi; null where one of the two is missing or not what is expected. */
export function loadCApi(): CApi | null {
  refuseTelemetry();
  try {
    const require = createRequire(import.meta.url);
    const koffi = require("koffi") as Koffi;
    giveStack(koffi);
    const library = koffi.load(libraryPath(require.resolve("onnxruntime-node/package.json")));
    loaded.push(library);
    const base = library.func("void *OrtGetApiBase()")() as Pointer;
    const [getApi] = koffi.decode(base, koffi.array("void *", 1)) as [Pointer];
    const table = (koffi.decode(getApi, koffi.proto("void *(uint32_t)")) as NativeFunction)(
      apiVersion,
    ) as Pointer | null;
    if (!table) return null;
    const places = Math.max(...Object.values(functions).map(([place]) => place)) + 1;
    const pointers = koffi.decode(table, koffi.array("void *", places)) as Pointer[];
    const entries = Object.entries(functions).map(([name, [place, signature]]) => [
      name,
      koffi.decode(pointers[place]!, koffi.proto(signature)),
    ]);
    const text = (pointer: Pointer) => koffi.decode(pointer, "char", -1) as string;
    const texts = koffi.array("const char *", 1);
    return {
      ...(Object.fromEntries(entries) as Record<keyof typeof functions, NativeFunction>),
      text,
      textAt: (pointers, i) => (koffi.decode(pointers.subarray(i, i + 1), texts) as [string | null])[0],
    };
  } catch {
    return null;
  }
}

/**
 * koffi calls functions on stacks of its own, of 128 kB for asynchronous calls. With one thread ONNX Runtime computes on
 * the caller's, with its packed panels there: it gets what a thread has.
 */
function giveStack(koffi: Koffi): void {
  const { sync_stack_size: sync = 0, async_stack_size: async = 0 } = koffi.config();
  if (Math.min(sync, async) >= stackSize) return;
  koffi.config({ sync_stack_size: Math.max(sync, stackSize), async_stack_size: Math.max(async, stackSize) });
}

function libraryPath(manifest: string): string {
  const binaries = join(dirname(manifest), "bin");
  const folder = join(
    binaries,
    readdirSync(binaries).find((name) => name.startsWith("napi-"))!,
    process.platform,
    process.arch,
  );
  const name = readdirSync(folder).find((file) =>
    /^(lib)?onnxruntime(\.[\d.]+)?\.(so|dylib|dll)[\d.]*$/.test(file),
  );
  if (!name) throw new Error(`no onnxruntime library in ${folder}`);
  return join(folder, name);
}
