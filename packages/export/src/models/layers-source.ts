import type * as tf from "@tensorflow/tfjs-core";
import { DataError } from "@vaekit/infer";
import { withLayerScopes } from "../trace/scope.js";
import type { LayersModelLike } from "../trace/trace.js";
import { uniqueNames } from "./names.js";
import { resolveShapes } from "./shapes.js";
import type { DeclaredInput, ExportSource, ShapeOptions } from "./types.js";

/**
 * A LayersModel's inference as a function. Inputs and outputs have the model's own names; outputs of one layer that is
 * applied twice are told apart as Keras does it.
 * @throws UsageError for axes that stay open; DataError for a model without inputs, or with ones that hold strings
 */
export function layersSource(
  model: LayersModelLike,
  options: ShapeOptions = {},
  where = "trace",
): ExportSource {
  // A Sequential has no names before it is built.
  if (model.inputNames.length === 0 && model.inputs.length > 0) (model as { build?(): void }).build?.();
  const { inputNames } = model;
  if (inputNames.length === 0) {
    throw new DataError(
      `${where}: the model does not say what its input looks like. Give its first layer an inputShape (or build it) before it is saved.`,
    );
  }
  const declared = model.inputs.map(({ shape, dtype }, i): DeclaredInput => {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
      throw new DataError(
        `${where}: input ${inputNames[i]} is ${dtype}; ONNX graphs take float32, int32 and bool here.`,
      );
    }
    return { name: inputNames[i]!, shape, dtype };
  });
  const outputNames = uniqueNames(model.outputNames, inputNames);
  return {
    name: model.name ?? "model",
    inputs: resolveShapes(where, declared, options),
    fn: (tensors) => {
      const given = inputNames.map((name) => tensors[name]!);
      const result = withLayerScopes(model.layers ?? [], () => model.apply(given, { training: false }));
      const outputs = (Array.isArray(result) ? result : [result]) as (tf.Tensor | null)[];
      // tfjs-layers warns of an output that is listed twice, and gives it once.
      const missing = outputs.indexOf(null);
      if (missing >= 0)
        throw new DataError(`${where}: the model lists the output ${model.outputNames[missing]} twice.`);
      return Object.fromEntries(outputs.map((output, i) => [outputNames[i]!, output!]));
    },
  };
}
