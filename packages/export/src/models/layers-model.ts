import type * as tf from "@tensorflow/tfjs-core";
import type { io } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { DataError } from "@vaekit/infer";
import type { LayersModelLike } from "../trace/trace.js";
import { readArtifacts } from "./artifacts.js";
import { asDataError } from "./data-error.js";
import { layersSource } from "./layers-source.js";
import type { ModelFile } from "./model-json.js";
import { describeRegistrations, type Registration, registeredClasses } from "./register.js";
import { loadTfjs, type Tfjs } from "./tfjs.js";
import { layersOf } from "./topology.js";
import type { LoadedModel, ShapeOptions } from "./types.js";
import { checkWiring } from "./wiring.js";

/**
 * A saved layers-model, built again by tfjs-layers' own loader.
 * @throws DataError for layers that tfjs-layers does not know, and for weights that do not fit the layers
 */
export async function loadLayersModel(
  file: ModelFile,
  registrations: readonly Registration[],
  options: ShapeOptions,
): Promise<LoadedModel> {
  const tfjs = await loadTfjs();
  for (const { layers } of layersOf(file.json.modelTopology)) checkWiring(layers, file.path);
  checkClasses(file, new Set(registeredClasses(tfjs)), registrations);
  const model = await buildModel(tfjs, await readArtifacts(file), file.path);
  try {
    const source = layersSource(model as unknown as LayersModelLike, options, file.path);
    return { ...source, format: "layers-model", dispose: () => disposeModel(model) };
  } catch (error) {
    disposeModel(model);
    throw asDataError(error, `${file.path}: tfjs-layers cannot use this model`);
  }
}

/** tfjs-layers leaves what it made so far behind when it fails. Nothing here waits for more than tfjs-layers itself. */
async function buildModel(
  { tf, layers }: Tfjs,
  artifacts: io.ModelArtifacts,
  path: string,
): Promise<LayersModel> {
  const engine = tf.engine();
  const before = new Set(Object.values(engine.registeredVariables));
  engine.startScope();
  try {
    return await layers.loadLayersModel({ load: async () => artifacts });
  } catch (cause) {
    for (const variable of Object.values(engine.registeredVariables))
      if (!before.has(variable)) variable.dispose();
    throw asDataError(cause, `${path}: tfjs-layers cannot build this model`);
  } finally {
    engine.endScope();
  }
}

/** tfjs-layers counts the uses of a layer: it keeps the weights of one that is applied twice. */
function disposeModel(model: LayersModel): void {
  const variables = model.weights.map((weight) => weight.read() as tf.Variable);
  model.dispose();
  for (const variable of variables) if (!variable.isDisposed) variable.dispose();
}

/** All unknown layers at once: tfjs-layers stops at the first, and does not say which layer of the model it is. */
function checkClasses(
  { path, json }: ModelFile,
  known: ReadonlySet<string>,
  registrations: readonly Registration[],
): void {
  const unknown = layersOf(json.modelTopology).filter(({ className }) => !known.has(className));
  if (unknown.length === 0) return;
  const rows = unknown.map(({ className, name }) => `  ${className}${name ? `  (layer ${name})` : ""}`);
  const what = unknown.length === 1 ? "1 layer is of a class" : `${unknown.length} layers are of classes`;
  const tried = describeRegistrations(registrations);
  throw new DataError(
    `${path}: ${what} that tfjs-layers does not know\n${[...new Set(rows)].join("\n")}\n` +
      `${tried ? `${tried}\n` : ""}` +
      "Give a file that registers them with --register layers.mjs, or convert the original model as a graph-model, which has no custom layers.",
  );
}
