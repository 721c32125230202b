import type { Graph } from "./graph.js";
import { dimText, type Value } from "./value.js";

/** The graph as short text for tests and reports: `Gemm:batchx20 -> Relu:batchx20`, in node order. */
export function graphText(graph: Graph): string {
  return graph.nodes.map((node) => `${node.op}:${shapeText(node.outputs[0]!)}`).join(" -> ");
}

/** How many nodes of each operator. */
export function opCounts(graph: Graph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of graph.nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

function shapeText(value: Value): string {
  return value.rank === 0 ? "scalar" : value.shape.map(dimText).join("x");
}
