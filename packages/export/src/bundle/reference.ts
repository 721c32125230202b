import { type Feeds, type GraphName, graphNames, type RuntimeTensor } from "@vaekit/infer";
import { decodeTensors, encodeTensors, type StoredTensor } from "../safetensors.js";
import { runTfjs } from "../verify.js";
import type { BundleGraph } from "./graphs.js";

export const referenceFile = "reference/outputs.safetensors";

/** Inputs of each graph and what tfjs made of them at export: what a bundle is verified against later. */
export type Reference = Record<GraphName, { inputs: Feeds; outputs: Feeds }>;

/** Run the whole way in tfjs on a few examples: encode, take z = mu, decode, score. */
export function makeReference(graphs: Record<GraphName, BundleGraph>, examples: RuntimeTensor): Reference {
  const run = (name: GraphName, inputs: Feeds) => ({
    inputs,
    outputs: runTfjs(graphs[name].fn, graphs[name].inputs, inputs),
  });
  const encoder = run("encoder", { x: examples });
  const { mu, logvar } = encoder.outputs as Record<string, RuntimeTensor>;
  const decoder = run("decoder", { z: mu! });
  const { x_mean: _, ...parameters } = decoder.outputs;
  const scorer = run("scorer", { x: examples, z: mu!, mu: mu!, logvar: logvar!, ...parameters });
  return { encoder, decoder, scorer };
}

export function encodeReference(reference: Reference): Uint8Array[] {
  const tensors: Record<string, StoredTensor> = {};
  for (const graph of graphNames) {
    for (const side of ["inputs", "outputs"] as const) {
      for (const [name, { data, shape }] of Object.entries(reference[graph][side])) {
        tensors[`${graph}/${side}/${name}`] = { data: data as Float32Array, shape };
      }
    }
  }
  return encodeTensors({ tensors, metadata: {} });
}

/** @throws DataError for damaged bytes */
export function decodeReference(bytes: Uint8Array, where: string): Reference {
  const { tensors } = decodeTensors(bytes, where);
  const part = (graph: GraphName, side: string): Feeds => {
    const prefix = `${graph}/${side}/`;
    const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(
      entries.map(([name, { data, shape }]): [string, RuntimeTensor] => [
        name.slice(prefix.length),
        { dtype: data instanceof Float32Array ? "float32" : "uint8", shape, data },
      ]),
    );
  };
  const both = (graph: GraphName) => ({ inputs: part(graph, "inputs"), outputs: part(graph, "outputs") });
  return { encoder: both("encoder"), decoder: both("decoder"), scorer: both("scorer") };
}
