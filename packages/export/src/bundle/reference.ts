import {
  decodeTensors,
  encodeTensors,
  type Feeds,
  type GraphName,
  graphsOf,
  type Manifest,
  type PerGraph,
  type RuntimeTensor,
  type StoredTensor,
} from "@vaekit/infer";
import { runTfjs } from "../verify.js";
import type { BundleGraph } from "./graphs.js";
import type { ReferenceInputs } from "./inputs.js";

export const referenceFile = "reference/outputs.safetensors";

/** Inputs of each graph and what tfjs made of them at export: what a bundle is verified against later. */
export type Reference = PerGraph<{ inputs: Feeds; outputs: Feeds }>;

/** Run the whole way in tfjs on a few examples: encode, take z = mu, decode, score; and draw from the prior. */
export function makeReference(graphs: PerGraph<BundleGraph>, { x, c, noise }: ReferenceInputs): Reference {
  const run = ({ fn, inputs: specs }: BundleGraph, all: Feeds) => {
    const inputs = Object.fromEntries(Object.keys(specs).map((name) => [name, all[name]!]));
    return { inputs, outputs: runTfjs(fn, specs, inputs) };
  };
  const given: Feeds = c ? { x, c } : { x };
  const encoder = run(graphs.encoder, given);
  const coded = { ...given, ...encoder.outputs, z: encoder.outputs.mu! };
  const decoder = run(graphs.decoder, coded);
  const scorer = run(graphs.scorer, { ...coded, ...decoder.outputs });
  return { encoder, decoder, scorer, ...(graphs.prior && { prior: run(graphs.prior, noise) }) };
}

export function encodeReference(reference: Reference): Uint8Array[] {
  const tensors: Record<string, StoredTensor> = {};
  for (const [graph, run] of Object.entries(reference)) {
    for (const side of ["inputs", "outputs"] as const) {
      for (const [name, { data, shape }] of Object.entries(run[side])) {
        tensors[`${graph}/${side}/${name}`] = { data: data as Float32Array, shape };
      }
    }
  }
  return encodeTensors({ tensors, metadata: {} });
}

/** @throws DataError for damaged bytes */
export function decodeReference(bytes: Uint8Array, manifest: Manifest, where: string): Reference {
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
  return Object.fromEntries(graphsOf(manifest).map((graph) => [graph, both(graph)])) as unknown as Reference;
}
