import * as tf from "@tensorflow/tfjs-core";
import { arrayTypes, type DType, type TypedArray } from "@vaekit/infer";
import { GraphError, TraceError, UnsupportedKernelError } from "../errors.js";
import { Graph } from "../ir/graph.js";
import { dimText, staticShape, Value } from "../ir/value.js";
import { isSupported, lowerings } from "../lower/index.js";
import { unsupported } from "../lower/unsupported.js";
import { currentRead, randomCall } from "./purity.js";
import { currentScope } from "./scope.js";

export const recorderName = "vaekit-recorder";

export type VariableUse = "constants" | "inputs";

/**
 * A tfjs backend that computes nothing: each kernel that tfjs would run is appended to a graph.
 * Between `start` and `finish` it records one function.
 */
export class Recorder extends tf.KernelBackend {
  private graph = new Graph();
  private values = new WeakMap<object, Value>();
  private readonly references = new WeakMap<object, number>();
  private variables: VariableUse = "constants";
  private asyncRead: TraceError | null = null;
  private readonly missing = new Map<string, { count: number; example: string }>();

  start(variables: VariableUse, opset?: number): Graph {
    this.graph = new Graph(opset);
    this.values = new WeakMap();
    this.variables = variables;
    this.asyncRead = null;
    this.missing.clear();
    return this.graph;
  }

  /** @throws UnsupportedKernelError that lists every kernel that could not be lowered; TraceError for an async read */
  finish(): void {
    if (this.missing.size === 0) {
      if (this.asyncRead) throw this.asyncRead;
      return;
    }
    const rows = [...this.missing].map(([kernel, { count, example }]) => {
      const reason = unsupported[kernel];
      return `  ${kernel} x${count}  (${example})${reason ? `: ${reason}` : ""}`;
    });
    const kernels = rows.length === 1 ? "1 kernel has" : `${rows.length} kernels have`;
    throw new UnsupportedKernelError(
      `trace: ${kernels} no ONNX lowering\n${rows.join("\n")}\n` +
        "Replace these calls, or add the lowerings: docs/new-kernel.md",
    );
  }

  /** A tensor that stands for a graph value. */
  tensor(value: Value): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.handle(value));
  }

  /** The graph value of a tensor: a recorded one, a variable, or a constant from another backend. */
  valueFor(tensor: tf.TensorInfo): Value {
    const known = this.values.get(tensor.dataId);
    if (known) return known;
    const value = this.adopt(tensor);
    this.values.set(tensor.dataId, value);
    return value;
  }

  record(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | tf.TensorInfo[] {
    this.graph.origin = { kernel, scope: currentScope() };
    if (!isSupported(kernel)) return this.placeholder(kernel, inputs, attrs);
    const lower = lowerings[kernel] as (
      inputs: unknown,
      attrs: object,
      graph: Graph,
    ) => Value | readonly Value[];
    try {
      const result = lower(this.mapInputs(inputs), attrs ?? {}, this.graph);
      return Array.isArray(result) ? result.map((value) => this.handle(value)) : this.handle(result as Value);
    } catch (cause) {
      if (!(cause instanceof GraphError)) throw cause;
      throw new TraceError(`trace: tfjs's ${kernel} cannot be lowered here: ${cause.message}`, { cause });
    }
  }

  /** A constant made inside the traced function. Uniform ones are stored as a scalar. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const random = randomCall();
    if (random) {
      throw new TraceError(
        `trace: ${random} draws random numbers on the host; they would be frozen into the graph as constants. ` +
          "Draw them outside and pass them in as an input (noise is always an input).",
      );
    }
    const dataId = {};
    this.graph.origin = { kernel: "tensor", scope: currentScope() };
    this.values.set(dataId, this.constant(values, shape, dtype));
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, this.constant(values, shape, dtype));
  }

  /** Reading is allowed for constants only: their values cannot depend on the inputs. */
  override readSync(dataId: object): tf.BackendValues {
    const value = this.values.get(dataId);
    if (value?.data) return value.data.slice() as tf.BackendValues;
    throw new TraceError(
      `trace: ${currentRead()} reads a value on the host inside the traced function. What it decides there would be ` +
        "frozen into the graph. Compute with tensors only, or pass the value in as an argument.",
    );
  }

  /** Nobody may be waiting for the promise, so the error is `finish`'s to throw. */
  override read(dataId: object): Promise<tf.BackendValues> {
    try {
      return Promise.resolve(this.readSync(dataId));
    } catch (error) {
      this.asyncRead ??= error as TraceError;
      return new Promise(() => {});
    }
  }

  /** A variable shares its data with the tensor that was assigned to it; tfjs counts tensors by these references. */
  override disposeData(dataId: object, force = false): boolean {
    const left = this.refCount(dataId) - 1;
    this.references.set(dataId, left);
    return force || left <= 0;
  }
  override refCount(dataId: object): number {
    return this.references.get(dataId) ?? 1;
  }
  override incRef(dataId: object): void {
    this.references.set(dataId, this.refCount(dataId) + 1);
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override timerAvailable(): boolean {
    return false;
  }
  override dispose(): void {}

  /** A fresh dataId for each use: tfjs's tape counts a gradient twice where an output is its own input. */
  private handle(value: Value): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: staticShape(value), dtype: value.dtype as tf.DataType };
  }

  private mapInputs(inputs: tf.NamedTensorInfoMap): unknown {
    if (Array.isArray(inputs)) return inputs.map((input: tf.TensorInfo) => this.valueFor(input));
    const given = Object.entries(inputs).filter(([, input]) => input != null);
    return Object.fromEntries(given.map(([name, input]) => [name, this.valueFor(input as tf.TensorInfo)]));
  }

  private constant(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
    if (!(dtype in arrayTypes)) {
      throw new TraceError(
        `trace: a ${dtype} tensor cannot be part of an ONNX graph; use float32, int32 or bool.`,
      );
    }
    const data = arrayTypes[dtype as "float32"].from(values as Float32Array);
    const first = data[0];
    if (data.length > 1 && data.every((value) => value === first)) {
      const scalar = this.graph.scalar(first!, dtype as "float32");
      return this.graph.op("Expand", [scalar, this.graph.ints(shape)]);
    }
    return this.graph.constant(dtype as DType, data, shape);
  }

  /** A tensor that lives elsewhere: a variable of the model, or data the function closes over. */
  private adopt(tensor: tf.TensorInfo): Value {
    const engine = tf.engine();
    const dtype = tensor.dtype as DType;
    const variable = Object.values(engine.registeredVariables).find(({ dataId }) => dataId === tensor.dataId);
    if (variable && this.variables === "inputs") return this.graph.input(variable.name, dtype, tensor.shape);
    const home = engine.state.tensorInfo.get(tensor.dataId)?.backend;
    if (!home) throw new TraceError("trace: the function uses a tensor that was disposed");
    const data = home.readSync(tensor.dataId) as TypedArray;
    const array =
      data instanceof arrayTypes[dtype] ? data : arrayTypes[dtype as "float32"].from(data as Float32Array);
    return this.graph.constant(dtype, array, tensor.shape, variable?.name ?? null);
  }

  /** Carry on past a kernel without a lowering, so that one run reports all of them. */
  private placeholder(
    kernel: string,
    inputs: tf.NamedTensorInfoMap,
    attrs: object,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const given = Object.values(inputs).filter((input) => input != null);
    const example = given.map(({ shape, dtype }) => `${dtype} [${shape.map(dimText).join(", ")}]`).join(", ");
    const seen = this.missing.get(kernel);
    this.missing.set(kernel, { count: (seen?.count ?? 0) + 1, example: seen?.example ?? `input ${example}` });
    const outputs = outputTypes(kernel, inputs, attrs);
    if (!outputs) {
      this.finish();
      throw new UnsupportedKernelError(`trace: ${kernel} has no ONNX lowering`);
    }
    const stand = ({ shape, dtype }: tf.TensorInfo) => this.handle(new Value(dtype as DType, shape));
    return Array.isArray(outputs) ? outputs.map(stand) : stand(outputs);
  }
}

/** What tfjs's cpu kernel returns for inputs of zeros, for its shapes; null where that backend is not installed or fails. */
function outputTypes(
  kernel: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: object,
): tf.TensorInfo | tf.TensorInfo[] | null {
  const backend = tf.engine().findBackend("cpu");
  const config = backend && tf.getKernel(kernel, "cpu");
  if (!config) return null;
  const zeros = ({ shape, dtype }: tf.TensorInfo): tf.TensorInfo => ({
    dataId: backend.write(
      tf.util.makeZerosTypedArray(tf.util.sizeFromShape(shape), dtype as "float32"),
      shape,
      dtype,
    ),
    shape,
    dtype,
  });
  try {
    const copies = Array.isArray(inputs)
      ? inputs.map(zeros)
      : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input && zeros(input)]));
    return config.kernelFunc({
      inputs: copies as tf.NamedTensorInfoMap,
      backend,
      attrs: attrs as tf.NamedAttrMap,
    });
  } catch {
    return null;
  }
}

/** The one recorder, registered with tfjs on first use: kernels are registered per backend name, for good. */
export function recorder(): Recorder {
  const engine = tf.engine();
  const existing = engine.findBackend(recorderName);
  if (existing instanceof Recorder) return existing;
  const created = new Recorder();
  tf.registerBackend(recorderName, () => created, -1);
  for (const kernelName of kernelNames()) {
    tf.registerKernel({
      kernelName,
      backendName: recorderName,
      kernelFunc: ({ inputs, attrs }) => created.record(kernelName, inputs, attrs ?? {}),
    });
  }
  return engine.findBackend(recorderName) as Recorder;
}

/** All kernels that tfjs-core names: it exports each as a constant that equals its own name. */
export function kernelNames(): string[] {
  return Object.entries(tf)
    .filter(([key, value]) => key === value)
    .map(([key]) => key);
}
