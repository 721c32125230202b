import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "@vaekit/infer";
import { unreadable } from "./shards.js";
import type { ModelFormat } from "./types.js";

/** The parts of model.json that are read. */
export interface ModelJson {
  format: ModelFormat;
  modelTopology: object;
  weightsManifest: unknown;
  signature?: object;
  userDefinedMetadata?: Record<string, object>;
  modelInitializer?: object;
  initializerSignature?: object;
}

export interface ModelFile {
  path: string;
  directory: string;
  json: ModelJson;
}

const kinds = "a tfjs layers-model or graph-model (model.json with weightsManifest)";

/**
 * Find and read model.json.
 * source: the file, or the directory it is in
 * @throws DataError when there is none, or it is something else; the message says what, where it can be told
 */
export async function readModelJson(source: string): Promise<ModelFile> {
  const path = await findModelJson(source);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadable(path, cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path}: not JSON (${whyNotJson(text, cause as Error)}); expected ${kinds}.`, {
      cause,
    });
  }
  return { path, directory: dirname(path), json: parse(value, path) };
}

/** V8 quotes the text that it does not understand as it is: what a file holds must not reach a terminal so. */
function whyNotJson(text: string, { message }: Error): string {
  if (/^(Unexpected end of JSON input|Unterminated string in JSON at position \d+)/.test(message))
    return "it is cut short";
  return `it starts with ${JSON.stringify(text.slice(0, 24))}`;
}

async function findModelJson(source: string): Promise<string> {
  const found = await stat(source).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR") throw unreadable(source, cause);
    throw new DataError(`${source}: no such file or directory. Give the model.json of a saved tfjs model.`, {
      cause,
    });
  });
  if (!found.isDirectory()) return source;
  const names = await readdir(source).catch((cause) => {
    throw unreadable(source, cause);
  });
  if (names.includes("model.json")) return join(source, "model.json");
  const others = names.filter((name) => name.endsWith(".json"));
  const savedModel = names.includes("saved_model.pb");
  throw new DataError(
    `${source}: no model.json there${others.length > 0 ? `; it has ${others.slice(0, 5).join(", ")}` : ""}. ` +
      (savedModel
        ? "This is a TensorFlow SavedModel: turn it into ONNX with tf2onnx, or into tfjs with tensorflowjs_converter first."
        : `Give ${kinds}.`),
  );
}

function parse(value: unknown, path: string): ModelJson {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const manifest = Array.isArray(value) && value.some((group) => group?.paths);
    throw new DataError(
      manifest
        ? `${path}: a weights manifest of tfjs before 1.0, without the model. Convert the model again with a current tensorflowjs_converter.`
        : `${path}: not a model: expected ${kinds}.`,
    );
  }
  const json = value as Partial<ModelJson> & Record<string, unknown>;
  const topology: unknown = json.modelTopology;
  if (isKeras3(json) || isKeras3(topology)) {
    throw new DataError(
      `${path}: written by Keras 3, whose format tfjs-layers does not read. Save the model with tf_keras ` +
        "(pip install tf_keras, TF_USE_LEGACY_KERAS=1), or as a SavedModel, and convert it to tfjs again.",
    );
  }
  if (!isObject(topology)) {
    const bare = "class_name" in json || "node" in json;
    throw new DataError(
      `${path}: ${bare ? "the layers of a model without its weights" : `not ${kinds}`}: there is no modelTopology. ` +
        "Save it with model.save(), or convert it with tensorflowjs_converter.",
    );
  }
  const { format = formatOf(topology) } = json;
  if (format !== "layers-model" && format !== "graph-model") {
    throw new DataError(`${path}: its format is ${JSON.stringify(format)}; expected ${kinds}.`);
  }
  if (json.weightsManifest === undefined) {
    throw new DataError(
      `${path}: no weightsManifest in ${basename(path)}: the model has no weights. Save it with them.`,
    );
  }
  if (format === "graph-model" && !Array.isArray(topology.node)) {
    throw new DataError(`${path}: a graph-model without nodes in its modelTopology. Convert it again.`);
  }
  return { ...json, format, modelTopology: topology } as ModelJson;
}

/** Files before tfjs 1.0 do not say which they are. */
function formatOf(topology: Record<string, unknown>): ModelFormat | undefined {
  if (Array.isArray(topology.node)) return "graph-model";
  return "model_config" in topology || "class_name" in topology ? "layers-model" : undefined;
}

/** Keras 3 gives the module and the registered name of every class, and its version. */
function isKeras3(value: unknown): boolean {
  if (!isObject(value)) return false;
  const config = isObject(value.model_config) ? value.model_config : value;
  const version = value.keras_version;
  return "registered_name" in config || (typeof version === "string" && Number.parseInt(version, 10) >= 3);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
