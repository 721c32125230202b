import { type Runtime, sizeOf } from "@vaekit/infer";
import { checkGraph } from "../ir/check.js";
import type { ElementArray } from "../ir/element.js";
import { Graph } from "../ir/graph.js";
import { Node } from "../ir/node.js";
import { staticShape, Value } from "../ir/value.js";
import { isConstant } from "../passes/constant.js";
import { optimize } from "../passes/optimize.js";
import { encodeModel } from "../proto/encode.js";

/**
 * What follows from weights alone, computed by the runtime and stored in place of the weights: the posteriors of a
 * VampPrior's pseudo-inputs instead of its encoder. Only where that makes the graph smaller.
 */
export async function foldComputed(graph: Graph, runtime: Runtime): Promise<Graph> {
  const known = new Set<Value>();
  const isKnown = (value: Value | null) => !value || isConstant(value) || known.has(value);
  const computed = graph.nodes.filter((node) => {
    if (node.inputs.length === 0 || !node.inputs.every(isKnown)) return false;
    for (const output of node.outputs) known.add(output);
    return true;
  });
  const rest = graph.nodes.filter((node) => !computed.includes(node));
  const used = [...rest.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)];
  const results = [...new Set(used)].filter((value): value is Value => value !== null && known.has(value));
  const kept = new Set(used.filter(isConstant));
  const weights = new Set(computed.flatMap(({ inputs }) => inputs).filter(isConstant));
  const freed = sum([...weights].filter((value) => !kept.has(value)).map(({ data }) => data.length));
  if (sum(results.map((value) => sizeOf(staticShape(value)))) >= freed) return graph;

  const part = new Graph(graph.opset);
  part.nodes.push(...computed);
  for (const [i, value] of results.entries()) part.output(`result_${i}`, value);
  const session = await runtime.createSession(encodeModel(part, { name: "constants" }));
  try {
    const outputs = await session.run({});
    const stored = new Map(
      results.map((value, i) => [
        value,
        new Value(value.dtype, value.shape, outputs[`result_${i}`]!.data as ElementArray),
      ]),
    );
    return optimize(replaced(graph, rest, stored));
  } finally {
    await session.dispose();
  }
}

/** The graph of some of its nodes, with constants in place of what the others made. */
function replaced(old: Graph, nodes: readonly Node[], stored: ReadonlyMap<Value, Value>): Graph {
  const graph = new Graph(old.opset);
  const map = new Map(stored);
  const look = (value: Value | null) => value && (map.get(value) ?? value);
  graph.inputs.push(...old.inputs);
  for (const { op, inputs, outputs, attributes, origin } of nodes) {
    const made = outputs.map(({ dtype, shape }) => new Value(dtype, shape));
    graph.nodes.push(new Node(op, inputs.map(look), made, attributes, origin));
    outputs.forEach((output, i) => {
      map.set(output, made[i]!);
    });
  }
  for (const { name, value } of old.outputs) graph.output(name, look(value)!);
  checkGraph(graph);
  return graph;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
