import * as tf from "@tensorflow/tfjs-core";
import type { DType } from "@vaekit/infer";
import { GraphError } from "../../packages/export/src/errors.ts";
import { elementArrays } from "../../packages/export/src/ir/element.ts";
import { Graph } from "../../packages/export/src/ir/graph.ts";
import { describe, staticShape, Value } from "../../packages/export/src/ir/value.ts";
import { Complex, isComplexKernel, lowerComplex } from "../../packages/export/src/lower/complex.ts";
import { isSupported, lowerings } from "../../packages/export/src/lower/index.ts";
import type { SupportedKernel } from "../../packages/export/src/lower/kernels.ts";
import { unsupported } from "../../packages/export/src/lower/unsupported.ts";
import { kernelNames } from "../../packages/export/src/trace/recorder.ts";
import { type ExecuteOptions, execute, type Known } from "./execute.ts";
import { fault, noteRecorded, trail } from "./trail.ts";

/** What stands behind a dataId. */
interface Entry {
  dtype: tf.DataType;
  references: number;
  /** What tfjs wrote, or what a run gave. */
  data: tf.BackendValues | null;
  /** The graph's value; null for written data that no kernel has used yet. */
  value: Value | null;
  /** Of a complex tensor: its real and its imaginary part. */
  parts?: Parts;
}

interface Parts {
  real: tf.TensorInfo;
  imag: tf.TensorInfo;
}

/**
 * A tfjs backend for tests: each kernel is recorded through its lowering, and when a value is read, the part of
 * the recorded graph that it needs runs in ONNX Runtime. It has no kernels of its own and falls back to none.
 */
export class LazyBackend extends tf.KernelBackend {
  private graph: Graph;
  private readonly entries = new Map<object, Entry>();
  /** Values that need no computing, with their elements. */
  private readonly known: Known = new WeakMap();

  constructor(private readonly options: ExecuteOptions) {
    super();
    this.graph = new Graph(options.opset);
  }

  run(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | tf.TensorInfo[] {
    trail().kernels.add(kernel);
    const given = Object.values(inputs).filter((input) => input != null);
    const dtypes = given.map(({ dtype }) => dtype);
    if (dtypes.includes("string")) return this.runStrings(kernel, inputs, attrs);
    // Nodes hang on their outputs; the list itself would only keep them alive.
    this.graph = new Graph(this.options.opset);
    this.graph.kernel = kernel;
    if (isComplexKernel(kernel, dtypes, attrs)) return this.runComplex(kernel, inputs, attrs);
    if (!isSupported(kernel)) fault("missing", kernel, unsupported[kernel] ?? "");
    const result = this.lower(kernel, inputs, attrs);
    return Array.isArray(result)
      ? result.map((value) => this.handle(value, given))
      : this.handle(result as Value, given);
  }

  /**
   * int32 that tfjs wrote may be indices or sizes, which a lowering may check or need beforehand. So it is lowered as
   * constants first, as in a trace, and then as inputs of the graph; the constants' graph runs only where the other
   * cannot be.
   */
  private lower(
    kernel: SupportedKernel,
    inputs: tf.NamedTensorInfoMap,
    attrs: object,
  ): Value | readonly Value[] {
    const lower = lowerings[kernel] as (
      inputs: unknown,
      attrs: object,
      graph: Graph,
    ) => Value | readonly Value[];
    const given = Object.values(inputs).filter((input) => input != null);
    if (!given.some(({ dataId }) => this.isFixed(this.entry(dataId))))
      return lower(this.mapInputs(inputs, false), attrs, this.graph);
    const fixed = lower(this.mapInputs(inputs, true), attrs, this.graph);
    try {
      return lower(this.mapInputs(inputs, false), attrs, this.graph);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      trail().fixed.add(kernel);
      return fixed;
    }
  }

  private isFixed({ dtype, data, value }: Entry): boolean {
    return dtype === "int32" && data !== null && !value?.producer;
  }

  override write(data: tf.BackendValues, _shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.entries.set(dataId, { dtype, references: 1, data, value: null });
    return dataId;
  }

  override move(
    dataId: object,
    data: tf.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.entries.set(dataId, { dtype, references, data, value: null });
  }

  override readSync(dataId: object): tf.BackendValues {
    const entry = this.entry(dataId);
    if (entry.parts) {
      const { real, imag } = entry.parts;
      const [x, y] = [this.readSync(real.dataId), this.readSync(imag.dataId)];
      return tf.backend_util.mergeRealAndImagArrays(x as Float32Array, y as Float32Array);
    }
    if (!entry.data) {
      this.compute([entry.value!]);
      entry.data = this.known.get(entry.value!)!;
    }
    return tf.util.convertBackendValuesAndArrayBuffer(entry.data, entry.dtype);
  }

  compute(values: readonly Value[]): void {
    execute(values, this.known, this.options);
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.entries.get(dataId);
    if (!entry) return true;
    entry.references -= 1;
    if (!force && entry.references > 0) return false;
    if (entry.parts) for (const { dataId } of Object.values(entry.parts)) this.disposeData(dataId, true);
    this.entries.delete(dataId);
    return true;
  }
  override refCount(dataId: object): number {
    return this.entries.get(dataId)?.references ?? 0;
  }
  override incRef(dataId: object): void {
    this.entry(dataId).references += 1;
  }
  override numDataIds(): number {
    return this.entries.size;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override async time(run: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now();
    run();
    return { kernelMs: performance.now() - start };
  }
  override dispose(): void {
    this.entries.clear();
  }

  private entry(dataId: object): Entry {
    const entry = this.entries.get(dataId);
    if (entry) return entry;
    // As the cpu backend does: data that lives in another backend is asked for, and arrives through `move`.
    tf.engine().moveData(this, dataId);
    return this.entries.get(dataId)!;
  }

  /** tfjs copies and reshapes strings without a look at them, and so does this; there is no lowering for more. */
  private runStrings(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo {
    const x = inputs.x as tf.TensorInfo;
    if (kernel !== "Identity" && kernel !== "Reshape") fault("missing", kernel, "on strings");
    const { shape = x.shape } = attrs as { shape?: number[] };
    this.incRef(x.dataId);
    return { ...x, shape: tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape)) };
  }

  private runComplex(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo {
    const given = Object.entries(inputs).filter(([, input]) => input != null) as [string, tf.TensorInfo][];
    const operands = given.map(([name, input]) => [name, this.operandFor(input)] as const);
    const result = lowerComplex(kernel, Object.fromEntries(operands), attrs, this.graph);
    if (result instanceof Value) return this.handle(result, []);
    const parts = { real: this.handle(result.real, []), imag: this.handle(result.imag, []) };
    return this.hold({ dtype: "complex64", references: 1, data: null, value: null, parts }, parts.real.shape);
  }

  private operandFor(tensor: tf.TensorInfo): Value | Complex {
    const { parts } = this.entry(tensor.dataId);
    return parts ? new Complex(this.valueFor(parts.real), this.valueFor(parts.imag)) : this.valueFor(tensor);
  }

  private hold(entry: Entry, shape: number[]): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, entry);
    return { dataId, shape, dtype: entry.dtype };
  }

  private mapInputs(inputs: tf.NamedTensorInfoMap, fixed: boolean): unknown {
    const given = Object.entries(inputs).filter(([, input]) => input != null) as [string, tf.TensorInfo][];
    const values = given.map(([name, input]) => [name, this.valueFor(input, fixed)] as const);
    return Array.isArray(inputs) ? values.map(([, value]) => value) : Object.fromEntries(values);
  }

  private valueFor({ dataId, shape }: tf.TensorInfo, fixed = false): Value {
    const entry = this.entry(dataId);
    const { dtype, data } = entry;
    if (!(dtype in elementArrays)) throw new Error(`ONNX graphs of vaekit hold no ${dtype}`);
    if (fixed && this.isFixed(entry))
      return this.graph.constant("int32", Int32Array.from(data as Int32Array), shape);
    if (entry.value) return this.reshaped(entry.value, shape);
    entry.value = new Value(dtype as DType, shape, null, "written");
    this.known.set(entry.value, data!);
    return entry.value;
  }

  /** tfjs gives one dataId to tensors of several shapes: `tensor.as1D` of a clone, for example. */
  private reshaped(value: Value, shape: readonly number[]): Value {
    if (tf.util.arraysEqual(staticShape(value), [...shape])) return value;
    const data = this.known.get(value);
    if (!data) return this.graph.op("Reshape", [value, this.graph.ints(shape)]);
    const other = new Value(value.dtype, shape, null, "written");
    this.known.set(other, data);
    return other;
  }

  /** A result that is an input itself shares its data, as on tfjs's own backends. */
  private handle(value: Value, inputs: readonly tf.TensorInfo[]): tf.TensorInfo {
    const dtype = value.dtype as tf.DataType;
    if (!["float32", "int32", "bool"].includes(dtype))
      fault("type", this.graph.kernel, `tfjs has no ${describe(value)}`);
    const shape = staticShape(value);
    const same = inputs.find(({ dataId }) => this.entries.get(dataId)?.value === value);
    if (same) {
      this.incRef(same.dataId);
      return { dataId: same.dataId, shape, dtype };
    }
    noteRecorded(this, value);
    return this.hold({ dtype, references: 1, data: null, value }, shape);
  }
}

/** Make it known to tfjs, with every kernel that tfjs-core names. */
export function registerLazyBackend(name: string, options: ExecuteOptions): void {
  tf.registerBackend(name, () => new LazyBackend(options));
  for (const kernelName of kernelNames()) {
    tf.registerKernel({
      kernelName,
      backendName: name,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as LazyBackend).run(kernelName, inputs, attrs ?? {}),
    });
  }
}
