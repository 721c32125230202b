import { DisposedError } from "../errors.js";
import { arrayTypes, sizeOf } from "../nd-array.js";
import type { Pointer } from "./c-api.js";
import { explainFailure } from "./explain.js";
import {
  callAsync,
  check,
  createSession,
  type Environment,
  nativeEnvironment,
  wrap,
} from "./native-environment.js";
import { nativePorts } from "./native-ports.js";
import type { Feeds, Port, Runtime, RuntimeTensor, Session } from "./types.js";

/**
 * A run that is expected to take less than this, in ms, is made at once on the calling thread, as onnxruntime-node makes
 * all of them; a longer one on a thread of libuv's pool, whose start and end cost about 0.05 ms, and the event loop goes on.
 */
const atOnce = 0.5;
/** Runs at once yield to the event loop when it has not had a turn for this long, in ms. */
const turn = 10;
/** Tensors up to this many bytes go through memory that is wrapped once; larger ones are wrapped where they are. */
const bindingLimit = 2 ** 18;
/** Sizes of batch whose bindings are kept. */
const bindingsKept = 4;

/** Memory for the inputs and outputs of one size of batch, known to ONNX Runtime. */
interface Binding {
  inputs: RuntimeTensor[];
  outputs: RuntimeTensor[];
  pointers: { inputs: Pointer[]; outputs: Pointer[] };
}

/**
 * onnxruntime-node's own library through its C API: no copies of large tensors, and small models without the overhead
 * of a tick of the event loop for each run (bench/suites/infer.mjs).
 */
export const nativeRuntime: Runtime = {
  name: "native",
  explain: explainFailure("native"),
  async createSession(model, options = {}) {
    const environment = nativeEnvironment();
    if (!environment) throw new Error("ONNX Runtime's C API cannot be reached: koffi is not installed here");
    if (options.externalData?.length) throw new Error("a model must come as one piece");
    const pointer = createSession(environment, model, options);
    try {
      return new NativeSession(environment, pointer);
    } catch (error) {
      environment.api.ReleaseSession(pointer);
      throw error;
    }
  },
};

/** Whether `nativeRuntime` can be used. */
export function hasNative(): boolean {
  return nativeEnvironment() !== null;
}

let lastTurn = performance.now();

class NativeSession implements Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  private readonly inputNames: string[];
  private readonly outputNames: string[];
  private readonly bindings = new Map<string, Binding>();
  private readonly running = new Set<Promise<unknown>>();
  /** ms for one row, by the newest run; 0 until one was made. */
  private rowTime = 0;
  private disposed = false;

  constructor(
    private readonly environment: Environment,
    private readonly session: Pointer,
  ) {
    const { inputs, outputs } = nativePorts(environment.api, session);
    this.inputs = inputs;
    this.outputs = outputs;
    this.inputNames = inputs.map(({ name }) => name);
    this.outputNames = outputs.map(({ name }) => name);
  }

  async run(feeds: Feeds, fetches?: Feeds): Promise<Record<string, RuntimeTensor>> {
    if (this.disposed) throw new DisposedError("run: this session was disposed; load the model again");
    const inputs = this.inputNames.map((name) => feeds[name] ?? fail(`run: input ${name} is missing`));
    const rows = inputs[0]?.shape[0] ?? 1;
    const brief = this.rowTime * rows < atOnce;
    if (brief && performance.now() - lastTurn > turn) {
      await new Promise((resolve) => setImmediate(resolve));
      lastTurn = performance.now();
      if (this.disposed) throw new DisposedError("run: this session was disposed; load the model again");
    }
    const began = performance.now();
    if (brief && !fetches) {
      const binding = this.binding(inputs);
      if (binding) {
        const outputs = this.runBound(binding, inputs);
        this.rowTime = (performance.now() - began) / rows;
        return outputs;
      }
    }
    const sizes = this.symbols(inputs);
    const outputs = this.outputs.map((port) => fetches?.[port.name] ?? emptyTensor(port, sizes));
    await this.runWrapped(inputs, outputs, brief);
    this.rowTime = (performance.now() - began) / rows;
    return Object.fromEntries(outputs.map((tensor, i) => [this.outputNames[i]!, tensor]));
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.allSettled(this.running);
    for (const binding of this.bindings.values()) this.release(binding);
    this.bindings.clear();
    this.environment.api.ReleaseSession(this.session);
  }

  private runBound(
    { inputs, outputs, pointers }: Binding,
    given: readonly RuntimeTensor[],
  ): Record<string, RuntimeTensor> {
    given.forEach(({ data, dtype }, i) => {
      const held = inputs[i]!;
      if (held.dtype !== dtype || held.data.length !== data.length) this.symbols(given);
      held.data.set(data as never);
    });
    const { api } = this.environment;
    check(api, api.Run(...this.runArguments(pointers.inputs, pointers.outputs)));
    const results: Record<string, RuntimeTensor> = {};
    outputs.forEach(({ dtype, shape, data }, i) => {
      results[this.outputNames[i]!] = { dtype, shape, data: data.slice() };
    });
    return results;
  }

  /** Run on the tensors' own memory. */
  private async runWrapped(inputs: RuntimeTensor[], outputs: RuntimeTensor[], brief: boolean): Promise<void> {
    const { api } = this.environment;
    const made: Pointer[] = [];
    const wrapped = (tensor: RuntimeTensor): Pointer => {
      const pointer = wrap(this.environment, tensor);
      made.push(pointer);
      return pointer;
    };
    try {
      const run = this.runArguments(inputs.map(wrapped), outputs.map(wrapped));
      if (brief) return check(api, api.Run(...run));
      const status = callAsync(api.Run, run);
      this.running.add(status);
      try {
        check(api, await status);
      } finally {
        this.running.delete(status);
      }
    } finally {
      for (const pointer of made) api.ReleaseValue(pointer);
    }
  }

  private runArguments(inputs: Pointer[], outputs: Pointer[]): unknown[] {
    const { inputNames, outputNames, session } = this;
    return [session, null, inputNames, inputs, inputs.length, outputNames, outputs.length, outputs];
  }

  /** The binding of these inputs' shapes; null where they, or the outputs, are too large to be copied. */
  private binding(given: readonly RuntimeTensor[]): Binding | null {
    const key = given.length === 1 ? `${given[0]!.shape}` : given.map(({ shape }) => `${shape}`).join(";");
    const known = this.bindings.get(key);
    if (known) return known;
    const sizes = this.symbols(given);
    const ports = [...given, ...this.outputs];
    if (ports.some((port) => byteSize(port, sizes) > bindingLimit)) return null;
    const inputs = given.map((tensor) => emptyTensor(tensor, sizes));
    const outputs = this.outputs.map((port) => emptyTensor(port, sizes));
    const wrapAll = (tensors: RuntimeTensor[]) => tensors.map((tensor) => wrap(this.environment, tensor));
    const binding = { inputs, outputs, pointers: { inputs: wrapAll(inputs), outputs: wrapAll(outputs) } };
    if (this.bindings.size === bindingsKept) {
      const [oldest, { pointers }] = this.bindings.entries().next().value!;
      this.release({ inputs, outputs, pointers });
      this.bindings.delete(oldest);
    }
    this.bindings.set(key, binding);
    return binding;
  }

  private release({ pointers }: Binding): void {
    for (const pointer of [...pointers.inputs, ...pointers.outputs])
      this.environment.api.ReleaseValue(pointer);
  }

  /** Sizes of the symbolic dimensions. @throws Error for inputs of another shape or dtype than the model's */
  private symbols(given: readonly RuntimeTensor[]): Map<string, number> {
    const sizes = new Map<string, number>();
    this.inputs.forEach(({ name, dtype, shape }, i) => {
      const tensor = given[i]!;
      const fits =
        tensor.dtype === dtype &&
        tensor.shape.length === shape.length &&
        tensor.data.length === sizeOf(tensor.shape) &&
        shape.every((dim, axis) => {
          const size = tensor.shape[axis]!;
          if (typeof dim === "number") return dim === size;
          if (!sizes.has(dim)) sizes.set(dim, size);
          return sizes.get(dim) === size;
        });
      if (!fits)
        throw new Error(
          `run: ${name} is [${tensor.shape}] ${tensor.dtype}, the model takes [${shape}] ${dtype}`,
        );
    });
    return sizes;
  }
}

type Sized = Pick<Port, "dtype" | "shape">;

function fixedShape({ shape }: Sized, sizes: Map<string, number>): number[] {
  return shape.map((dim) =>
    typeof dim === "number" ? dim : (sizes.get(dim) ?? fail(`run: no input says how large ${dim} is`)),
  );
}

function byteSize(port: Sized, sizes: Map<string, number>): number {
  return sizeOf(fixedShape(port, sizes)) * arrayTypes[port.dtype].BYTES_PER_ELEMENT;
}

function emptyTensor(port: Sized, sizes: Map<string, number>): RuntimeTensor {
  const shape = fixedShape(port, sizes);
  return { dtype: port.dtype, shape, data: new arrayTypes[port.dtype](sizeOf(shape)) };
}

function fail(message: string): never {
  throw new Error(message);
}
