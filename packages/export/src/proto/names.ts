import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

export interface Names {
  names: ReadonlyMap<Value, string>;
  /** Constants in use, by name. */
  constants: readonly (readonly [string, Value])[];
  /** Outputs that need a node of their own: a constant, an input, or one value under two names. */
  identities: readonly { from: string; to: string }[];
}

/** Names are given once, here: inputs and outputs keep theirs, the rest is numbered. */
export function nameValues(graph: Graph): Names {
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  const identities: { from: string; to: string }[] = [];
  const claim = (value: Value, wanted: string) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    names.set(value, name);
  };
  for (const output of graph.outputs) taken.add(output.name);
  for (const input of graph.inputs) claim(input, input.name!);
  for (const { name, value } of graph.outputs) {
    if (value.producer && !names.has(value)) names.set(value, name);
  }
  const constants: [string, Value][] = [];
  const nameConstant = (value: Value) => {
    if (names.has(value)) return;
    claim(value, value.name ?? `constant_${constants.length}`);
    constants.push([names.get(value)!, value]);
  };
  graph.nodes.forEach((node, i) => {
    for (const input of node.inputs) if (input?.data) nameConstant(input);
    node.outputs.forEach((output, at) => {
      if (!names.has(output)) claim(output, `${node.kernel || "pass"}_${i}${at ? `:${at}` : ""}`);
    });
  });
  for (const { name, value } of graph.outputs) {
    if (value.data) nameConstant(value);
    const from = names.get(value)!;
    if (from !== name) identities.push({ from, to: name });
  }
  return { names, constants, identities };
}
