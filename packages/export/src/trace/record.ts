import * as tf from "@tensorflow/tfjs-core";
import { VaekitError } from "@vaekit/infer";
import { TraceError, UnsupportedKernelError } from "../errors.js";
import type { Sizes } from "../ir/dim.js";
import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { movedSymbols, pointText, samePoint } from "./points.js";
import { withNamedReads } from "./purity.js";
import { type AdoptedData, recorder, recorderName } from "./recorder.js";
import { withGradientScopes } from "./scope.js";
import type { InputSpecs, TensorFunction, Tensors, TraceOptions } from "./trace.js";
import { keepingVariables } from "./variables.js";

export interface RecordOptions extends Required<TraceOptions> {
  adopted: AdoptedData;
}

/** What is exported must work at all sizes: one where it does not is named with the function's own error. */
export function recordAt(
  fn: TensorFunction,
  specs: InputSpecs,
  sizes: Sizes,
  options: RecordOptions,
  /** The first sizes at which it was recorded. */
  first: Sizes | undefined,
): Graph {
  try {
    return record(fn, specs, sizes, options);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof UnsupportedKernelError) throw cause;
    if (first && !samePoint(first, sizes)) {
      const moved = movedSymbols(first, sizes).join(" and ");
      throw failsAt(`works at ${pointText(first)}, but not at ${pointText(sizes)}`, moved, cause);
    }
    const others = Object.keys(sizes).filter((symbol) => symbol !== "batch");
    if (first || others.length === 0 || cause instanceof VaekitError) throw cause;
    throw failsAt(`fails at ${pointText(sizes)}`, others.join(" and "), cause);
  }
}

function failsAt(what: string, symbols: string, cause: Error): TraceError {
  return new TraceError(
    `trace: the function ${what}: ${cause.message}\n` +
      `What is exported must work at any ${symbols}, odd ones too. Fix ${symbols}, or pad or cut inside the function.`,
    { cause },
  );
}

function record(
  fn: TensorFunction,
  specs: InputSpecs,
  sizes: Sizes,
  { variables, opset, adopted }: RecordOptions,
): Graph {
  const tape = recorder();
  // tfjs chooses its backend on first use: were that the trace, there would be none to go back to.
  tf.backend();
  const previous = tf.getBackend();
  return keepingVariables(() => {
    const graph = tape.start(variables, opset, adopted);
    try {
      // Returns a promise, but a backend that is already registered is switched to before it returns.
      void tf.setBackend(recorderName);
      try {
        withGradientScopes(() => withNamedReads(() => tf.tidy(() => recordOutputs(fn, specs, sizes, graph))));
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

function recordOutputs(fn: TensorFunction, specs: InputSpecs, sizes: Sizes, graph: Graph): void {
  const tape = recorder();
  const inputs: Tensors = {};
  for (const [name, { shape, dtype = "float32", storage }] of Object.entries(specs)) {
    const concrete = shape.map((dim) => (typeof dim === "number" ? dim : sizes[dim]!));
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
