import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "@vaekit/infer";
import { TraceError } from "../errors.js";
import { onnxTypes } from "../ir/element.js";
import { defaultOpset, type Graph, opsets } from "../ir/graph.js";
import { withNamedReads } from "./purity.js";
import { recorder, recorderName, type VariableUse } from "./recorder.js";
import { type LayerLike, withLayerScopes } from "./scope.js";
import { unify } from "./unify.js";
import { keepingVariables } from "./variables.js";

/** What an input of a traced function looks like. */
export interface InputSpec {
  /** Sizes; "batch" stands for the symbolic batch. */
  shape: readonly (number | "batch")[];
  /** As the function sees it. Default float32. */
  dtype?: "float32" | "int32" | "bool";
  /** As the graph takes it, cast at the entry: uint8 for pixels. Default: dtype. */
  storage?: "uint8";
}

export type InputSpecs = Readonly<Record<string, InputSpec>>;
export type Tensors = Record<string, tf.Tensor>;

/** A function of named tensors. It must be pure: no host reads, no random numbers, no other state than variables. */
export type TensorFunction = (inputs: Tensors) => Tensors;

/** The part of a tfjs LayersModel that tracing needs. */
export interface LayersModelLike {
  readonly inputNames: string[];
  readonly outputNames: string[];
  readonly inputs: readonly { shape: (number | null)[]; dtype: tf.DataType }[];
  readonly layers?: readonly LayerLike[];
  apply(inputs: tf.Tensor[], kwargs: { training: boolean }): unknown;
}

export interface TraceOptions {
  /** Variables as constants of the graph (an export) or as its inputs, by name (a training step). Default "constants". */
  variables?: VariableUse;
  /** Version of ONNX's operator set, 13 to 24. Default 17. */
  opset?: number;
}

/** Coprime and never 1, where broadcasting would hide a batch axis. */
const batchSizes = [3, 5, 7] as const;

/**
 * Record a tfjs function, or a LayersModel's inference, as a graph of ONNX operators.
 *
 * Where an input's shape names "batch", the function is recorded at three sizes and whatever differs is
 * fitted as c * batch or c / batch on the first two and proven on the third; without one it is recorded
 * twice, so that a function which changes from call to call is found out.
 *
 * @throws TraceError for host reads, host-drawn random numbers, async functions, results that differ between
 *   recordings, and constants that depend on the batch in another way
 * @throws UnsupportedKernelError that lists every kernel without a lowering
 */
export function trace(model: LayersModelLike): Graph;
export function trace(fn: TensorFunction, inputs: InputSpecs, options?: TraceOptions): Graph;
export function trace(
  what: TensorFunction | LayersModelLike,
  inputs?: InputSpecs,
  { variables = "constants", opset = defaultOpset }: TraceOptions = {},
): Graph {
  const [fn, specs] = typeof what === "function" ? [what, inputs] : modelFunction(what);
  if (!specs) throw new UsageError("trace: a function needs the shapes of its inputs as the second argument");
  if (!(Number.isInteger(opset) && opset >= opsets.oldest && opset <= opsets.newest)) {
    throw new UsageError(`trace: opset ${opset} is not one of ${opsets.oldest} to ${opsets.newest}`);
  }
  const symbolic = Object.values(specs).some(({ shape }) => shape.includes("batch"));
  const sizes = symbolic ? batchSizes : ([1, 1] as const);
  return unify(sizes.map((size) => ({ size, graph: record(fn, specs, size, variables, opset) })));
}

function record(
  fn: TensorFunction,
  specs: InputSpecs,
  size: number,
  variables: VariableUse,
  opset: number,
): Graph {
  const tape = recorder();
  // tfjs chooses its backend on first use: were that the trace, there would be none to go back to.
  tf.backend();
  const previous = tf.getBackend();
  return keepingVariables(() => {
    const graph = tape.start(variables, opset);
    try {
      // Returns a promise, but a backend that is already registered is switched to before it returns.
      void tf.setBackend(recorderName);
      try {
        withNamedReads(() => tf.tidy(() => recordOutputs(fn, specs, size, graph)));
      } finally {
        // Also when the function failed: it may have, because a kernel without a lowering has no values.
        tape.finish();
      }
    } finally {
      void tf.setBackend(previous);
    }
    return graph;
  });
}

function recordOutputs(fn: TensorFunction, specs: InputSpecs, size: number, graph: Graph): void {
  const tape = recorder();
  const inputs: Tensors = {};
  for (const [name, { shape, dtype = "float32", storage }] of Object.entries(specs)) {
    const concrete = shape.map((dim) => (dim === "batch" ? size : dim));
    const value = graph.input(name, storage ?? dtype, concrete);
    graph.kernel = "input";
    const seen = storage ? graph.op("Cast", [value], { attributes: { to: onnxTypes[dtype] } }) : value;
    inputs[name] = tape.tensor(seen);
  }
  const outputs: unknown = fn(inputs);
  if (outputs instanceof Promise) {
    outputs.catch(() => {});
    throw new TraceError("trace: the function is async; a graph can only hold what runs without waiting.");
  }
  const named = Object.entries((outputs ?? {}) as Tensors);
  if (named.length === 0 || !named.every(([, tensor]) => tensor instanceof tf.Tensor)) {
    throw new TraceError("trace: the function must return its outputs by name: { name: tensor, ... }");
  }
  for (const [name, tensor] of named) {
    graph.output(name, tape.valueFor(tensor));
    if (graph.inputs.some((input) => input.name === name)) {
      throw new TraceError(
        `trace: ${name} is an input and an output; ONNX gives each name once. Rename the output.`,
      );
    }
  }
}

function modelFunction(model: LayersModelLike): [TensorFunction, InputSpecs] {
  const specs = model.inputs.map(({ shape, dtype }, i): [string, InputSpec] => [
    model.inputNames[i]!,
    {
      shape: shape.map((size, axis) => {
        if (size !== null) return size;
        if (axis === 0) return "batch";
        throw new TraceError(
          `trace: input ${model.inputNames[i]} leaves axis ${axis} open; only the batch may be.`,
        );
      }),
      dtype: dtype as "float32",
    },
  ]);
  const fn: TensorFunction = (inputs) => {
    const given = model.inputNames.map((name) => inputs[name]!);
    const result = withLayerScopes(model.layers ?? [], () => model.apply(given, { training: false }));
    const outputs = (Array.isArray(result) ? result : [result]) as tf.Tensor[];
    return Object.fromEntries(outputs.map((output, i) => [model.outputNames[i]!, output]));
  };
  return [fn, Object.fromEntries(specs)];
}
