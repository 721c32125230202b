import type * as tf from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import { Tensor } from "onnxruntime-common";
import { checkGraph } from "../../packages/export/src/ir/check.ts";
import { elementArrays } from "../../packages/export/src/ir/element.ts";
import type { Graph } from "../../packages/export/src/ir/graph.ts";
import { describe, staticShape, type Value } from "../../packages/export/src/ir/value.ts";
import { optimize } from "../../packages/export/src/passes/optimize.ts";
import { encodeModel } from "../../packages/export/src/proto/encode.ts";
import { cut } from "./cut.ts";
import { type Feeds, runModel } from "./run-model.ts";
import { fault, trail } from "./trail.ts";

export interface ExecuteOptions {
  opset: number;
  /** Send each graph through the exporter's passes before it runs. */
  optimize: boolean;
}

/** Elements by value. */
export type Known = WeakMap<Value, tf.BackendValues>;

/** Cut out what these values need, run it as one model, and make their elements known. */
export function execute(values: readonly Value[], known: Known, options: ExecuteOptions): void {
  const unknown = [...new Set(values)].filter((value) => !known.has(value));
  if (unknown.length === 0) return;
  const { graph, leaves } = cut(unknown, (value) => known.has(value), options.opset);
  checkGraph(graph);
  const feeds = [...leaves].map(([name, leaf]) => [name, tensorOf(leaf, known.get(leaf)!)]);
  const results = runOrRefuse(options.optimize ? optimize(graph) : graph, Object.fromEntries(feeds));
  unknown.forEach((value, i) => {
    const { type, dims, data } = results[graph.outputs[i]!.name]!;
    if (type !== value.dtype || !util.arraysEqual([...dims], staticShape(value)))
      fault("type", value.producer!.kernel, `${describe(value)} came out as ${type} [${dims}]`);
    known.set(value, data as tf.BackendValues);
  });
}

function runOrRefuse(graph: Graph, feeds: Feeds): Record<string, Tensor> {
  trail().runs += 1;
  try {
    return runModel(
      encodeModel(graph),
      feeds,
      graph.outputs.map(({ name }) => name),
    );
  } catch (error) {
    const { message } = error as Error;
    // ONNX Runtime names the node, and a node's name begins with its kernel.
    const [, kernel] = /(?:Name:'|node[: ]\(?)(\w+)\//.exec(message) ?? [];
    return fault("refused", kernel ?? graph.nodes.at(-1)!.kernel, message);
  }
}

/** tfjs writes a bool as bytes, which may hold more than 0 and 1, and int32 sometimes as a plain list. */
function tensorOf(value: Value, data: tf.BackendValues): Tensor {
  const dtype = value.dtype as "float32" | "int32" | "bool";
  const Elements = elementArrays[dtype];
  const array = data instanceof Elements ? data : Elements.from(data as Float32Array);
  return new Tensor(dtype, array as Float32Array, staticShape(value));
}
