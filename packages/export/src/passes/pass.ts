import { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import type { Value } from "../ir/value.js";

export interface PassResult {
  graph: Graph;
  modified: boolean;
}

/** One rewrite of a graph. The graph that comes in is left as it is. */
export type Pass = (graph: Graph) => PassResult;

/** Who uses each value: nodes, and null once per graph output. */
export type Uses = ReadonlyMap<Value, readonly (Node | null)[]>;

export function usesOf(graph: Graph): Uses {
  const uses = new Map<Value, (Node | null)[]>();
  const note = (value: Value | null, user: Node | null) => {
    if (!value) return;
    const users = uses.get(value);
    if (users) users.push(user);
    else uses.set(value, [user]);
  };
  for (const node of graph.nodes) for (const input of node.inputs) note(input, node);
  for (const { value } of graph.outputs) note(value, null);
  return uses;
}

/** What a rule sees of one node: the node as it was, its inputs as they are in the new graph. */
export interface Site {
  node: Node;
  inputs: readonly (Value | null)[];
  uses: Uses;
  /** The new graph: append what replaces the node. */
  graph: Graph;
  /** Whether a value of the new graph is used in one place only: what is made for that use alone can be changed. */
  single(value: Value): boolean;
}

/** What stands in for the node's outputs, or null to keep the node. */
export type Rule = (site: Site) => Value | readonly Value[] | null;

/** A pass that goes through the nodes once and lets a rule replace each. */
export function rewrite(rule: Rule): Pass {
  return (old) => {
    const graph = new Graph(old.opset);
    const uses = usesOf(old);
    const map = new Map<Value, Value>();
    const look = (value: Value | null) => value && (map.get(value) ?? value);
    const count = useCounter(graph, uses);
    const single = (value: Value) => count.of(value) === 1;
    let modified = false;
    // Inputs are shared between old and new: they have no producer that could differ.
    graph.inputs.push(...old.inputs);
    for (const node of old.nodes) {
      graph.origin = node.origin;
      const inputs = node.inputs.map(look);
      const replaced = rule({ node, inputs, uses, graph, single });
      if (replaced) modified = true;
      const values = !replaced
        ? graph.ops(node.op, inputs, { attributes: node.attributes, outputs: node.outputs })
        : Array.isArray(replaced)
          ? (replaced as readonly Value[])
          : [replaced as Value];
      node.outputs.forEach((output, i) => {
        map.set(output, values[i]!);
        count.standsFor(values[i]!, output);
      });
    }
    for (const { name, value } of old.outputs) graph.output(name, look(value)!);
    return { graph, modified };
  };
}

/**
 * Uses of the new graph's values while it is being made: those of the old values that each stands for; of what a rule
 * made on the way, those so far.
 */
function useCounter(graph: Graph, uses: Uses) {
  const old = new Map<Value, Value[]>();
  const fresh = new Map<Value, number>();
  let seen = 0;
  return {
    standsFor(value: Value, output: Value) {
      const outputs = old.get(value);
      if (outputs) outputs.push(output);
      else old.set(value, uses.has(value) ? [value, output] : [output]);
    },
    of(value: Value): number {
      const stands = old.get(value) ?? (uses.has(value) ? [value] : null);
      if (stands) return stands.reduce((sum, output) => sum + (uses.get(output)?.length ?? 0), 0);
      for (; seen < graph.nodes.length; seen++) {
        for (const input of graph.nodes[seen]!.inputs)
          if (input) fresh.set(input, (fresh.get(input) ?? 0) + 1);
      }
      return fresh.get(value) ?? 0;
    },
  };
}
