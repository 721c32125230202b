import type { GraphModel } from "@tensorflow/tfjs-converter";
import type * as tf from "@tensorflow/tfjs-core";
import { DataError } from "@vaekit/infer";
import { readArtifacts } from "./artifacts.js";
import { asDataError } from "./data-error.js";
import type { ModelFile } from "./model-json.js";
import { uniqueNames } from "./names.js";
import { nameScopes } from "./node-scopes.js";
import { resolveShapes } from "./shapes.js";
import { loadTfjs } from "./tfjs.js";
import { checkTraceable, type ExecutorNode } from "./traceable.js";
import type { DeclaredInput, LoadedModel, ShapeOptions } from "./types.js";

/** A tensor of a signature, as TensorFlow's SignatureDef is written in JSON. */
interface SignatureTensor {
  name: string;
  tensorShape?: { dim?: readonly { size: string | number }[]; unknownRank?: boolean };
  resourceId?: unknown;
}

interface Signature {
  inputs?: Readonly<Record<string, SignatureTensor>>;
  outputs?: Readonly<Record<string, SignatureTensor>>;
}

/** What GraphModel knows and does not declare public; tfjs-converter's version is pinned. */
interface GraphModelParts {
  readonly modelSignature?: Signature;
  readonly modelStructuredOutputKeys?: readonly string[] | Readonly<Record<string, string>>;
  readonly executor: { readonly graph: { readonly nodes: Readonly<Record<string, ExecutorNode>> } };
}

/**
 * A saved graph-model, run by tfjs-converter's own executor. Inputs and outputs have the names of the model's signature
 * where it has one, those of its nodes else.
 * @throws DataError for nodes that cannot run synchronously, such as control flow; all of them are listed
 */
export async function loadGraphModel(file: ModelFile, options: ShapeOptions): Promise<LoadedModel> {
  const { tf, converter } = await loadTfjs();
  const artifacts = await readArtifacts(file);
  const model = tf.tidy(() => {
    try {
      const loaded = converter.loadGraphModelSync({ load: () => artifacts });
      for (const tensor of Object.values(loaded.weights).flat()) tf.keep(tensor);
      return loaded as GraphModel & tf.TensorContainerObject;
    } catch (cause) {
      throw asDataError(cause, `${file.path}: tfjs-converter cannot read this model`);
    }
  });
  try {
    return graphSource(model, file.path, options);
  } catch (error) {
    model.dispose();
    throw asDataError(error, `${file.path}: tfjs-converter cannot use this model`);
  }
}

function graphSource(model: GraphModel, where: string, options: ShapeOptions): LoadedModel {
  const {
    modelSignature: signature,
    executor,
    modelStructuredOutputKeys,
  } = model as unknown as GraphModelParts;
  const { nodes } = executor.graph;
  const keys = model.inputNodes;
  const declared = model.inputs.map((input, i) => declare(input as NodeInput, keys[i]!, signature, where));
  const outputKeys = signature?.outputs ? Object.keys(signature.outputs) : model.outputNodes;
  const outputNodes = outputKeys.map((key) => nodeName(signature?.outputs?.[key]?.name ?? key));
  if (outputKeys.length === 0)
    throw new DataError(`${where}: the graph-model has no outputs. Convert it again.`);
  checkTraceable(
    nodes,
    outputNodes,
    model.inputs.map(({ name }) => nodeName(name)),
    where,
  );
  nameScopes(nodes);
  const given = Object.values(modelStructuredOutputKeys ?? []);
  const named = given.length === outputKeys.length ? given : outputKeys.map(portName);
  const inputNames = uniqueNames(declared.map(({ name }) => name));
  const outputNames = uniqueNames(named, inputNames);
  return {
    name: "graph",
    format: "graph-model",
    inputs: resolveShapes(
      where,
      declared.map((input, i) => ({ ...input, name: inputNames[i]! })),
      options,
    ),
    fn: (tensors) => {
      const feeds = Object.fromEntries(keys.map((key, i) => [key, tensors[inputNames[i]!]!]));
      const results = model.execute(feeds, outputKeys) as tf.Tensor | tf.Tensor[];
      const outputs = Array.isArray(results) ? results : [results];
      return Object.fromEntries(outputs.map((output, i) => [outputNames[i]!, output]));
    },
    dispose: () => model.dispose(),
  };
}

/** What GraphModel.inputs gives: the node's own name and attributes. */
interface NodeInput {
  name: string;
  shape?: readonly number[];
  dtype?: string;
}

function declare(
  input: NodeInput,
  key: string,
  signature: Signature | undefined,
  where: string,
): DeclaredInput {
  const name = portName(key);
  const entry = signature?.inputs?.[key];
  const { dtype = "float32" } = input;
  if (entry?.resourceId !== undefined || (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")) {
    const what = entry?.resourceId !== undefined ? "a resource, such as a hash table" : `${dtype}`;
    throw new DataError(`${where}: input ${name} is ${what}; ONNX graphs take float32, int32 and bool here.`);
  }
  const declared = entry?.tensorShape;
  const sizes = declared?.unknownRank
    ? null
    : (declared?.dim?.map(({ size }) => Number(size)) ?? input.shape ?? null);
  return { name, dtype, shape: sizes?.map((size) => (size < 0 ? null : size)) ?? null };
}

/** `x:0` is the tensor `x`; later outputs of a node keep their number. */
function portName(key: string): string {
  return key.replace(/:0$/, "");
}

function nodeName(tensor: string): string {
  return tensor.split(":")[0]!;
}
