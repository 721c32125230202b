import type { Lowering } from "./kernels.js";

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + offset, each of them for the last axis or for every element;
 * scale and offset may be left out.
 */
export const fusedBatchNorm: Lowering<"FusedBatchNorm"> = (
  { x, mean, variance, scale, offset },
  { varianceEpsilon },
  graph,
) => {
  const deviation = graph.op("Sqrt", [graph.op("Add", [variance, graph.scalar(varianceEpsilon)])]);
  const y = graph.op("Div", [graph.op("Sub", [x, mean]), deviation]);
  const scaled = scale ? graph.op("Mul", [y, scale]) : y;
  return offset ? graph.op("Add", [scaled, offset]) : scaled;
};
