import * as tf from "@tensorflow/tfjs-core";
import { arrayTypes, type DType, type TypedArray } from "@vaekit/infer";
import { GraphError, TraceError, UnsupportedKernelError } from "../errors.js";
import { Graph } from "../ir/graph.js";
import { dimText, staticShape, Value } from "../ir/value.js";
import { Complex, isComplexKernel, lowerComplex } from "../lower/complex.js";
import { isSupported, lowerings } from "../lower/index.js";
import { unsupported } from "../lower/unsupported.js";
import { runOnCpu } from "./cpu.js";
import { HostValues } from "./host-values.js";
import { currentRead, randomCall } from "./purity.js";
import { currentScope } from "./scope.js";

export const recorderName = "vaekit-recorder";

/** A shape [batch, 3] is uniform at one batch only; it must not make another graph of the recording. */
const mostAxes = 8;

export type VariableUse = "constants" | "inputs";

/** Elements of tensors that live elsewhere, by dataId: read once for all recordings of a trace, which then share them. */
export type AdoptedData = WeakMap<object, TypedArray>;

/**
 * A tfjs backend that computes nothing: each kernel that tfjs would run is appended to a graph.
 * Between `start` and `finish` it records one function.
 */
export class Recorder extends tf.KernelBackend {
  private graph = new Graph();
  private values = new WeakMap<object, Value | Complex>();
  private host = new HostValues();
  private readonly references = new WeakMap<object, number>();
  private variables: VariableUse = "constants";
  private adopted: AdoptedData = new WeakMap();
  private asyncRead: TraceError | null = null;
  private readonly missing = new Map<string, { count: number; example: string }>();

  start(variables: VariableUse, opset?: number, adopted: AdoptedData = new WeakMap()): Graph {
    this.graph = new Graph(opset);
    this.adopted = adopted;
    this.values = new WeakMap();
    this.host = new HostValues();
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
    const value = this.operandFor(tensor);
    if (value instanceof Value) return value;
    throw new TraceError("trace: an ONNX model holds no complex64; take tf.real, tf.imag or tf.abs of it");
  }

  private operandFor(tensor: tf.TensorInfo): Value | Complex {
    const known = this.values.get(tensor.dataId);
    if (known) return known;
    const value = this.adopt(tensor);
    this.values.set(tensor.dataId, value);
    return value;
  }

  record(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | tf.TensorInfo[] {
    this.graph.origin = { kernel, scope: currentScope() };
    try {
      const complex = this.recordComplex(kernel, inputs, attrs ?? {});
      if (complex) return complex;
      if (!isSupported(kernel)) return this.placeholder(kernel, inputs, attrs);
      const lower = lowerings[kernel] as (
        inputs: unknown,
        attrs: object,
        graph: Graph,
      ) => Value | readonly Value[];
      const result = lower(this.mapInputs(inputs), attrs ?? {}, this.graph);
      const outputs = Array.isArray(result)
        ? result.map((value) => this.handle(value))
        : this.handle(result as Value);
      this.host.note(kernel, inputs, attrs ?? {}, outputs);
      return outputs;
    } catch (cause) {
      if (!(cause instanceof GraphError)) throw cause;
      const where = `${kernel}${inScope()}`;
      throw new TraceError(`trace: tfjs's ${where} cannot be lowered here: ${cause.message}`, { cause });
    }
  }

  /** Null for a call that has nothing to do with complex numbers. */
  private recordComplex(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object): tf.TensorInfo | null {
    const given = Object.entries(inputs).filter(([, input]) => input != null) as [string, tf.TensorInfo][];
    const dtypes = given.map(([, { dtype }]) => dtype);
    if (!isComplexKernel(kernel, dtypes, attrs)) return null;
    const operands = given.map(([name, input]) => [name, this.operandFor(input)] as const);
    return this.handle(lowerComplex(kernel, Object.fromEntries(operands), attrs, this.graph));
  }

  /** A constant made inside the traced function. Uniform ones are stored as a scalar, but for those that may be a shape. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const random = randomCall();
    if (random) {
      throw new TraceError(
        `trace: ${random}${inScope()} draws random numbers on the host; they would be frozen into the graph as constants. ` +
          "Draw them outside and pass them in as an input (noise is always an input).",
      );
    }
    const dataId = {};
    this.graph.origin = { kernel: "tensor", scope: currentScope() };
    this.values.set(dataId, this.constant(values, shape, dtype));
    this.host.keep(dataId, values);
    return dataId;
  }

  override move(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.values.set(dataId, this.constant(values, shape, dtype));
  }

  /** Reading is allowed for constants only: their values cannot depend on the inputs. */
  override readSync(dataId: object): tf.BackendValues {
    const value = this.values.get(dataId);
    if (value instanceof Value && value.data) return value.data.slice() as tf.BackendValues;
    const values = this.host.read(dataId);
    if (values) return values.slice() as tf.BackendValues;
    throw new TraceError(
      `trace: ${currentRead()}${inScope()} reads a value on the host inside the traced function. What it decides there would be ` +
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
  private handle(value: Value | Complex): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    if (value instanceof Complex) return { dataId, shape: staticShape(value.real), dtype: "complex64" };
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
    const maybeShape = dtype === "int32" && data.length <= mostAxes;
    if (data.length > 1 && !maybeShape && data.every((value) => value === first)) {
      const scalar = this.graph.scalar(first!, dtype as "float32");
      return this.graph.op("Expand", [scalar, this.graph.ints(shape)]);
    }
    return this.graph.constant(dtype as DType, data, shape);
  }

  /** A tensor that lives elsewhere: a variable of the model, or data the function closes over. */
  private adopt(tensor: tf.TensorInfo): Value | Complex {
    const engine = tf.engine();
    const dtype = tensor.dtype as DType;
    const variable = Object.values(engine.registeredVariables).find(({ dataId }) => dataId === tensor.dataId);
    if (variable && this.variables === "inputs") return this.graph.input(variable.name, dtype, tensor.shape);
    const home = engine.state.tensorInfo.get(tensor.dataId)?.backend;
    if (!home) throw new TraceError("trace: the function uses a tensor that was disposed");
    if (tensor.dtype === "complex64") {
      const data = home.readSync(tensor.dataId) as Float32Array;
      const { real, imag } = tf.backend_util.splitRealAndImagArrays(data);
      const part = (values: Float32Array) => this.graph.constant("float32", values, tensor.shape);
      return new Complex(part(real), part(imag));
    }
    const array = this.adopted.get(tensor.dataId) ?? readAs(dtype, home, tensor.dataId);
    this.adopted.set(tensor.dataId, array);
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
    const scope = currentScope() && `${currentScope()}, `;
    this.missing.set(kernel, {
      count: (seen?.count ?? 0) + 1,
      example: seen?.example ?? `${scope}input ${example}`,
    });
    const outputs = outputTypes(kernel, inputs, attrs);
    if (!outputs) {
      this.finish();
      throw new UnsupportedKernelError(`trace: ${kernel} has no ONNX lowering`);
    }
    const stand = ({ shape, dtype }: Pick<tf.TensorInfo, "shape" | "dtype">) =>
      this.handle(new Value(dtype as DType, shape));
    return Array.isArray(outputs) ? outputs.map(stand) : stand(outputs);
  }
}

/** ` in encoder/dense_1`, or nothing outside of layers and named scopes; tfjs's own are no help there. */
function inScope(): string {
  const scope = currentScope();
  return scope && scope !== "forward" && scope !== "backward" ? ` in ${scope}` : "";
}

function readAs(dtype: DType, home: tf.KernelBackend, dataId: object): TypedArray {
  const data = home.readSync(dataId) as TypedArray;
  return data instanceof arrayTypes[dtype] ? data : arrayTypes[dtype as "float32"].from(data as Float32Array);
}

/** What tfjs's cpu kernel returns for inputs of zeros, for its shapes; null where that backend is not installed or fails. */
function outputTypes(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: object) {
  return runOnCpu(kernel, inputs, attrs, ({ shape, dtype }) =>
    tf.util.makeZerosTypedArray(tf.util.sizeFromShape(shape), dtype as "float32"),
  );
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
