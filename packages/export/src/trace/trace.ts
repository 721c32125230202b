import type * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "@vaekit/infer";
import { checkTrace } from "../check-arguments.js";
import { TraceError } from "../errors.js";
import type { Sizes } from "../ir/dim.js";
import { defaultOpset, type Graph, opsets } from "../ir/graph.js";
import { layersSource } from "../models/layers-source.js";
import type { ShapeOptions } from "../models/types.js";
import { openSize } from "./open-size.js";
import { Points } from "./points.js";
import { recordAt } from "./record.js";
import type { AdoptedData, VariableUse } from "./recorder.js";
import type { LayerLike } from "./scope.js";
import { type Recording, unify } from "./unify.js";

/** What an input of a traced function looks like. */
export interface InputSpec {
  /**
   * Sizes; a name stands for a size that stays open in the graph: "batch", "height", "width", "time". "4*height" is an
   * open size that is a multiple of 4.
   */
  shape: readonly (number | string)[];
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
  readonly name?: string;
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

/** How a LayersModel's open axes are called. */
export interface ModelTraceOptions extends Pick<TraceOptions, "opset"> {
  /** Names for the open axes after the batch, in order, the same ones for each input: ["height", "width"]. */
  dynamic?: ShapeOptions["dynamic"];
  /** Whole shapes by input: a number fixes an axis, a name leaves it open. */
  shapes?: ShapeOptions["shapes"];
}

/** Recordings after which an ambiguity is no lack of them. */
const mostRecordings = 40;

/**
 * Record a tfjs function, or a LayersModel's inference, as a graph of ONNX operators.
 *
 * Where an input's shape names symbolic dimensions, the function is recorded at several sizes of each. Whatever
 * differs is explained by expressions of the symbols (`2*batch`, `floor((height+1)/2)`, 1 / (batch*height*width)) that
 * hold at all of them; where several do, the function is recorded at sizes that tell them apart. The proof is one
 * by samples: a function that is of another kind beyond the recorded sizes (3 to 19 for the batch, 19 to 113 for
 * others) goes unnoticed here, and `verify` is the check that follows. Without symbols the function is recorded
 * twice, so that one which changes from call to call is found out.
 *
 * @throws TraceError for host reads, host-drawn random numbers, async functions, results that differ between
 *   recordings, and constants that depend on the sizes in another way
 * @throws UnsupportedKernelError that lists every kernel without a lowering
 */
export function trace(model: LayersModelLike, options?: ModelTraceOptions): Graph;
export function trace(fn: TensorFunction, inputs: InputSpecs, options?: TraceOptions): Graph;
export function trace(
  what: TensorFunction | LayersModelLike,
  second?: InputSpecs | ModelTraceOptions,
  third: TraceOptions = {},
): Graph {
  checkTrace(what, second, third);
  if (typeof what !== "function") {
    const { dynamic, shapes, opset } = (second ?? {}) as ModelTraceOptions;
    const { fn, inputs } = layersSource(what, { dynamic, shapes });
    return traceFunction(fn, inputs, { opset });
  }
  return traceFunction(what, second as InputSpecs, third);
}

function traceFunction(
  fn: TensorFunction,
  specs: InputSpecs,
  { variables = "constants", opset = defaultOpset }: TraceOptions,
): Graph {
  if (!(Number.isInteger(opset) && opset >= opsets.oldest && opset <= opsets.newest)) {
    throw new UsageError(`trace: opset ${opset} is not one of ${opsets.oldest} to ${opsets.newest}`);
  }
  const points = new Points(symbolsIn(specs));
  const recordings: Recording[] = [];
  const adopted: AdoptedData = new WeakMap();
  let wanted: readonly Sizes[] = points.initial();
  for (;;) {
    for (const sizes of wanted) {
      const options = { variables, opset, adopted };
      recordings.push({ sizes, graph: recordAt(fn, specs, sizes, options, recordings[0]?.sizes) });
    }
    const unified = unify(recordings, points);
    wanted = unified.wanted;
    if (wanted.length === 0) return unified.graph;
    if (recordings.length > mostRecordings) {
      throw new TraceError(
        `trace: how sizes depend on ${points.symbols.join(" and ")} is not clear after ${recordings.length} recordings. ` +
          "Let them follow more simply, or fix some of them.",
      );
    }
  }
}

/** The names in the shapes, in the order in which they come. @throws UsageError for what is no name */
function symbolsIn(specs: InputSpecs): string[] {
  const symbols = new Set<string>();
  for (const [input, { shape }] of Object.entries(specs)) {
    for (const size of shape) {
      if (typeof size === "number") continue;
      const open = openSize(size);
      if (!open) {
        throw new UsageError(
          `trace: input ${input}: "${size}" cannot name a dimension; use letters, digits and _, as in height, ` +
            "or a multiple, 4*height",
        );
      }
      symbols.add(open.symbol);
    }
  }
  return [...symbols];
}
