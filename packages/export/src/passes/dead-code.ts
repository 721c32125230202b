import { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Pass } from "./pass.js";

/** Drop nodes that no output needs. Inputs stay: they are the graph's interface. */
export const deadCode: Pass = (old) => {
  const needed = new Set<Value>(old.outputs.map(({ value }) => value));
  const kept = old.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output))) return false;
    for (const input of inputs) if (input) needed.add(input);
    return true;
  });
  const graph = new Graph(old.opset);
  graph.inputs.push(...old.inputs);
  graph.nodes.push(...kept.reverse());
  graph.outputs.push(...old.outputs);
  return { graph, modified: graph.nodes.length < old.nodes.length };
};
