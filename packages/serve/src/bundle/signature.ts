import { type Conditions, conditionSize, type Manifest, NdArray, sizeOf } from "@vaekit/infer";
import type { Outputs } from "../batching/batcher.js";
import type { TensorSpec } from "../tensor/datatypes.js";
import type { Model } from "./model.js";

/** The graphs of a bundle that are served as models of their own. */
export const graphs = ["encoder", "decoder", "scorer"] as const;
export type Graph = (typeof graphs)[number];

/** The tensors of one graph, as requests and answers have them. */
export interface Signature {
  inputs: readonly TensorSpec[];
  outputs: readonly TensorSpec[];
}

export type Signatures = Readonly<Record<Graph, Signature>>;

/**
 * What each graph takes and gives. The shapes of a decoder's outputs stand in no manifest, so one row is run through
 * all of them, which also pays for what the first run of a graph costs.
 */
export async function probe(model: Model): Promise<Signatures> {
  const { data, latent, condition } = model.manifest;
  const x = new NdArray(new Uint8Array(sizeOf(data.shape)), [1, ...data.shape]);
  const z = new NdArray(new Float32Array(latent), [1, latent]);
  const c = anyCondition(model.manifest);
  const given: TensorSpec[] = condition
    ? [{ name: "c", dtype: "float32", row: [conditionSize(condition)] }]
    : [];
  // The graph of a prior of its own, too, is loaded and checked before the first request.
  await model.sample(1, { c });
  const pixels: TensorSpec = { name: "x", dtype: data.dtype, row: data.shape };
  const code: TensorSpec = { name: "z", dtype: "float32", row: [latent] };
  return {
    encoder: { inputs: [pixels, ...given], outputs: specsOf({ ...(await model.encode(x, { c })) }) },
    decoder: { inputs: [code, ...given], outputs: specsOf(await model.decode(z, { c })) },
    scorer: { inputs: [pixels, ...given], outputs: specsOf({ ...(await model.score(x, { c })) }) },
  };
}

/** Something that a conditional model takes, for one row. */
export function anyCondition({ condition }: Manifest): Conditions | undefined {
  if (!condition) return undefined;
  return condition.kind === "labels" ? [0] : condition.mean;
}

function specsOf(outputs: Outputs): TensorSpec[] {
  return Object.entries(outputs).map(([name, { shape }]) => ({
    name,
    dtype: "float32",
    row: shape.slice(1),
  }));
}
