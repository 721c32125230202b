import * as tf from "@tensorflow/tfjs-core";
import { VaekitError } from "@vaekit/infer";
import { TraceError, UnsupportedKernelError } from "../errors.js";
import type { Sizes } from "../ir/dim.js";
import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { chainedAdvice } from "./chained-ops.js";
import { openSizes, shapeAt, sizesText } from "./open-size.js";
import { movedSymbols, samePoint } from "./points.js";
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
    throw explained(cause, fn, specs, sizes, options, first);
  }
}

/** The error with what to do next: which that is shows at other sizes. */
function explained(
  cause: Error,
  fn: TensorFunction,
  specs: InputSpecs,
  sizes: Sizes,
  options: RecordOptions,
  first: Sizes | undefined,
): Error {
  const chained = chainedAdvice(cause);
  if (chained) return new TraceError(`trace: ${cause.message}. ${chained}`, { cause });
  const succeeds = (at: Sizes) => {
    try {
      record(fn, specs, at, options);
      return true;
    } catch {
      return false;
    }
  };
  const works = first && !samePoint(first, sizes) ? first : undefined;
  const moved = (works ? movedSymbols(works, sizes) : Object.keys(sizes)).filter((name) => name !== "batch");
  // What vaekit itself says against a function is no matter of sizes, unless it was fine before.
  const ofTfjs = !(cause instanceof VaekitError) || cause.cause instanceof Error;
  const multiple =
    ofTfjs && moved.length > 0 ? workingMultiple([sizes, works ?? sizes], moved, succeeds) : null;
  if (!works && multiple === null) return cause;
  return failsAt(specs, sizes, works, multiple ?? 1, cause);
}

/** Of which sizes may have to be multiples: strides and poolings that are undone. */
const multiples = [2, 4, 8, 16, 32, 64, 3, 5, 6, 7, 12, 24];

/** The first multiple of all open sizes but the batch at which the function works; null for none. */
function workingMultiple(
  points: readonly Sizes[],
  symbols: readonly string[],
  succeeds: (sizes: Sizes) => boolean,
): number | null {
  const times = (sizes: Sizes, factor: number): Sizes => ({
    ...sizes,
    ...Object.fromEntries(symbols.map((symbol) => [symbol, sizes[symbol]! * factor])),
  });
  return multiples.find((factor) => points.every((sizes) => succeeds(times(sizes, factor)))) ?? null;
}

function failsAt(
  specs: InputSpecs,
  sizes: Sizes,
  works: Sizes | undefined,
  multiple: number,
  cause: Error,
): TraceError {
  const symbols = works
    ? movedSymbols(works, sizes)
    : Object.keys(sizes).filter((symbol) => symbol !== "batch");
  const names = symbols.join(" and ");
  const what = works
    ? `works at ${sizesText(specs, works)}, but not at ${sizesText(specs, sizes)}`
    : `fails at ${sizesText(specs, sizes)}`;
  const named = openSizes(specs).filter(({ symbol }) => symbol !== "batch" && symbols.includes(symbol));
  const texts = named.map(({ symbol, times }) => `${times * multiple}*${symbol}`);
  const advice =
    multiple > 1
      ? `It works at multiples of ${multiple}: if only those are needed, say so, --dynamic "${texts.join(",")}" ` +
        `(${texts.map((text) => `"${text}"`).join(", ")} in the input's shape). Else fix ${names} (--shape), `
      : `Fix ${names}, `;
  return new TraceError(
    `trace: the function ${what}: ${cause.message}\n` +
      `What is exported must work at any ${names}, odd ones too. ${advice}or pad or cut inside the function.`,
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
    const value = graph.input(name, storage ?? dtype, shapeAt(shape, sizes));
    graph.kernel = "input";
    const seen = storage ? graph.op("Cast", [value], { attributes: { to: onnxTypes[dtype] } }) : value;
    inputs[name] = tape.tensor(seen);
  }
  const outputs: unknown = callNamed(fn, inputs);
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

/** Call the function; where it fails after it asked for an input that there is not, that is what is said. */
function callNamed(fn: TensorFunction, inputs: Tensors): unknown {
  const missed = new Set<string>();
  const noting = new Proxy(inputs, {
    get(target, name) {
      if (typeof name === "string" && !(name in target)) missed.add(name);
      return Reflect.get(target, name);
    },
  });
  try {
    return fn(noting);
  } catch (cause) {
    if (missed.size === 0 || !(cause instanceof Error) || cause instanceof VaekitError) throw cause;
    const known = Object.keys(inputs).join(", ") || "none";
    throw new TraceError(
      `trace: the function asks for the input ${[...missed].join(", ")}, which is not there; its inputs are: ${known}. ` +
        `It fails: ${cause.message}`,
    );
  }
}
