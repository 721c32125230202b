import { GraphError } from "../errors.js";
import { nodeFaults } from "./check-node.js";
import type { Graph } from "./graph.js";
import type { Value } from "./value.js";

/**
 * The rules of the IR and of ONNX: every value is an input, a constant or made by an earlier node of the graph (so
 * there are no cycles); no two inputs or outputs share a name; a node belongs to its outputs; its operator exists in
 * the graph's opset, with these inputs and attributes, and gives outputs of these dtypes and shapes. Lists every breach.
 * @throws GraphError
 */
export function checkGraph(graph: Graph): void {
  const faults: string[] = [];
  const known = new Set<Value>(graph.inputs);
  const resolve = (value: Value, where: string) => {
    if (!known.has(value) && !value.data) faults.push(`${where} is used before it is made`);
  };
  const names = [...graph.inputs, ...graph.outputs].map(({ name }) => name);
  for (const name of duplicates(names)) faults.push(`two inputs or outputs are named ${name}`);
  graph.nodes.forEach((node, i) => {
    const { scope, kernel } = node.origin;
    const where = `node ${i} (${node.op} of ${[scope, kernel].filter(Boolean).join(": ") || "a pass"})`;
    for (const [at, input] of node.inputs.entries()) if (input) resolve(input, `${where}: input ${at}`);
    for (const fault of nodeFaults(node, graph.opset)) faults.push(`${where}: ${fault}`);
    for (const output of node.outputs) {
      if (known.has(output)) faults.push(`${where}: an output is made twice`);
      if (output.producer !== node) faults.push(`${where}: an output belongs to another node`);
      known.add(output);
    }
  });
  for (const { name, value } of graph.outputs) resolve(value, `output ${name}`);
  if (faults.length > 0)
    throw new GraphError(`${faults.length} faults in the graph\n  ${faults.join("\n  ")}`);
}

function duplicates(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map(String);
}
