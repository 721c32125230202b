import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

/** How far stored weights are from the given ones. */
export interface WeightError {
  /** Largest |stored - given|. */
  maxAbsolute: number;
  /** The same over the largest |given| of that weight. */
  maxRelative: number;
  /** Root mean square of stored - given. */
  rms: number;
}

/** A weight that takes fewer bytes than it did. */
export interface StoredWeight {
  /** Its variable, or the layer that uses it first. */
  name: string;
  shape: readonly number[];
  as: "float16" | "int8";
  bytes: { before: number; after: number };
  error: WeightError;
}

/** What storing weights in fewer bytes did to a graph. */
export interface WeightReport {
  weights: WeightFormat;
  /** Of all constants, the small ones included. */
  bytes: { before: number; after: number };
  /** The largest of all weights. */
  error: WeightError;
  stored: StoredWeight[];
  /** Weights that stay float32, and why. */
  kept: { name: string; why: string }[];
}

export const weightFormats = ["fp32", "fp16", "int8", "int8-dynamic"] as const;
/**
 * How large weights are stored.
 *
 * - fp32: as they are
 * - fp16: in half precision, cast to float32 when the model is loaded
 * - int8: 8 bits with a scale for each output channel, made float32 when the model is loaded
 * - int8-dynamic: 8 bits, and matrix products are computed with 8-bit integers; inputs of a product get one scale for
 *   the whole batch, so that a row's result depends a little on the rows beside it
 */
export type WeightFormat = (typeof weightFormats)[number];

export const precisions = ["fp32", "fp16"] as const;
/** The numbers that a graph computes with. */
export type Precision = (typeof precisions)[number];

/** What the steps that store weights write down. */
export type WeightLog = Pick<WeightReport, "stored" | "kept">;

export function reportOf(weights: WeightFormat, before: Graph, after: Graph, log: WeightLog): WeightReport {
  const largest = (of: keyof WeightError) => Math.max(0, ...log.stored.map(({ error }) => error[of]));
  return {
    weights,
    bytes: { before: constantBytes(before), after: constantBytes(after) },
    error: { maxAbsolute: largest("maxAbsolute"), maxRelative: largest("maxRelative"), rms: largest("rms") },
    ...log,
  };
}

/** Bytes of the constants that nodes and outputs use; each constant counts once. */
export function constantBytes(graph: Graph): number {
  const used = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)];
  const constants = new Set<Value>(used.filter((value) => value?.data != null) as Value[]);
  return [...constants].reduce((sum, { data }) => sum + data!.byteLength, 0);
}
