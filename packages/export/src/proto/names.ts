import type { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import type { Value } from "../ir/value.js";

export interface Names {
  /** Of each node: where it came from and its operator, `encoder/dense_1/MatMul`; numbered where that is taken. */
  nodes: ReadonlyMap<Node, string>;
  names: ReadonlyMap<Value, string>;
  /** Constants in use, by name. */
  constants: readonly (readonly [string, Value])[];
  /** Outputs that need a node of their own: a constant, an input, or one value under two names. */
  identities: readonly { from: string; to: string }[];
}

/** Names are given once, here: inputs and outputs keep theirs, inner values are named like the node that makes them. */
export function nameValues(graph: Graph): Names {
  const nodes = nameNodes(graph);
  const names = new Map<Value, string>();
  const free = freeNames();
  const identities: { from: string; to: string }[] = [];
  const claim = (value: Value, wanted: string) => void names.set(value, free(wanted));
  for (const output of graph.outputs) free(output.name);
  for (const input of graph.inputs) claim(input, input.name!);
  for (const { name, value } of graph.outputs) {
    if (value.producer && !names.has(value)) names.set(value, name);
  }
  const constants: [string, Value][] = [];
  graph.nodes.forEach((node) => {
    node.inputs.forEach((input, at) => {
      if (!input?.data || names.has(input)) return;
      claim(input, input.name ?? `${nodes.get(node)}:in${at}`);
      constants.push([names.get(input)!, input]);
    });
    node.outputs.forEach((output, at) => {
      if (!names.has(output)) claim(output, `${nodes.get(node)}${at ? `:${at}` : ""}`);
    });
  });
  for (const { name, value } of graph.outputs) {
    if (value.data && !names.has(value)) {
      claim(value, value.name ?? `${name}:constant`);
      constants.push([names.get(value)!, value]);
    }
    const from = names.get(value)!;
    if (from !== name) identities.push({ from, to: name });
  }
  return { nodes, names, constants, identities };
}

function nameNodes(graph: Graph): Map<Node, string> {
  const free = freeNames();
  return new Map(
    graph.nodes.map((node) => {
      const { scope, kernel } = node.origin;
      return [node, free(`${scope || kernel || "pass"}/${node.op}`)];
    }),
  );
}

/** Gives each name once: the one that is wanted, or that with the next free number. */
function freeNames(): (wanted: string) => string {
  const next = new Map<string, number>();
  const taken = new Set<string>();
  return (wanted) => {
    let name = wanted;
    for (let n = next.get(wanted) ?? 2; taken.has(name); n++) {
      name = `${wanted}_${n}`;
      next.set(wanted, n + 1);
    }
    taken.add(name);
    return name;
  };
}
