import { basename, dirname, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { checkLoad } from "../check-arguments.js";
import { recorderName } from "../trace/recorder.js";
import type { TensorFunction } from "../trace/trace.js";
import { asDataError } from "./data-error.js";
import { loadGraphModel } from "./graph-model.js";
import { loadLayersModel } from "./layers-model.js";
import { readModelJson } from "./model-json.js";
import { type Registration, runRegister } from "./register.js";
import { loadTfjs } from "./tfjs.js";
import type { LoadedModel, ShapeOptions } from "./types.js";

export interface LoadModelOptions extends ShapeOptions {
  /** ES modules that register custom layers or ops, run in this order before the model is read. */
  register?: readonly string[];
}

/**
 * A saved tfjs model, ready to be exported or verified. Its weights stay in memory until `dispose()`.
 * source: model.json, or the directory that it is in
 * @throws DataError for files that are missing, damaged, or no tfjs model; UsageError for axes that stay open;
 *   UnsupportedKernelError for graph-models with control flow
 */
export async function loadModel(
  source: string,
  { register = [], ...shapes }: LoadModelOptions = {},
): Promise<LoadedModel> {
  checkLoad(source, { register, ...shapes });
  const file = await readModelJson(source);
  await loadTfjs();
  const registrations: Registration[] = [];
  for (const path of register) registrations.push(await runRegister(path));
  const model =
    file.json.format === "layers-model"
      ? await loadLayersModel(file, registrations, shapes)
      : await loadGraphModel(file, shapes);
  return { ...model, fn: explained(model.fn, file.path), name: basename(dirname(resolve(file.path))) };
}

/** What tfjs says against a model while it is traced is the file's fault; on real inputs it may be theirs. */
function explained(fn: TensorFunction, path: string): TensorFunction {
  return (tensors) => {
    try {
      return fn(tensors);
    } catch (cause) {
      if (tf.getBackend() !== recorderName) throw cause;
      throw asDataError(cause, `${path}: tfjs cannot run this model`);
    }
  };
}
