import type { Graph } from "../ir/graph.js";
import { costLimit } from "./measure.js";
import { type PrecisionReport, toHalfPrecision } from "./precision.js";
import { constantBytes, type Precision, type WeightFormat, type WeightReport } from "./report.js";
import { storeWeights } from "./store.js";

export interface ShrinkOptions {
  /** How large weights are stored. Default fp32: as they are. */
  weights?: WeightFormat;
  /** The numbers that the graph computes with. Default fp32; fp16 is for WebGPU. */
  precision?: Precision;
}

export interface Shrunk {
  graph: Graph;
  weights: WeightReport;
  /** null where the graph computes in float32. */
  precision: PrecisionReport | null;
  /** Largest relative error against the float32 graph that passes where the user states none. */
  limit: number;
}

/** An optimised graph with smaller weights, in a smaller precision, or both; null where neither is asked for. */
export function shrink(
  graph: Graph,
  { weights = "fp32", precision = "fp32" }: ShrinkOptions = {},
): Shrunk | null {
  if (weights === "fp32" && precision === "fp32") return null;
  const limit = costLimit(weights, precision);
  const whole = (small: Graph, report: WeightReport): WeightReport => ({
    ...report,
    bytes: { before: constantBytes(graph), after: constantBytes(small) },
  });
  if (precision === "fp32") {
    const stored = storeWeights(graph, weights);
    return { graph: stored.graph, weights: stored.report, precision: null, limit };
  }
  // 8 bits are taken from the given weights; fp16 only concerns those that are float32 even then.
  if (weights === "int8" || weights === "int8-dynamic") {
    const stored = storeWeights(graph, weights);
    const half = toHalfPrecision(stored.graph);
    const report = whole(half.graph, stored.report);
    return { graph: half.graph, weights: report, precision: half.report, limit };
  }
  const half = toHalfPrecision(graph);
  const stored = storeWeights(half.graph, weights);
  const report = whole(stored.graph, stored.report);
  return { graph: stored.graph, weights: report, precision: half.report, limit };
}
