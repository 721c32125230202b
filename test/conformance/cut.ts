import { Graph } from "../../packages/export/src/ir/graph.ts";
import type { Node } from "../../packages/export/src/ir/node.ts";
import type { Value } from "../../packages/export/src/ir/value.ts";

export interface Cut {
  graph: Graph;
  /** Values that are known already, by the graph input that takes each. */
  leaves: ReadonlyMap<string, Value>;
}

/** The part of what was recorded that some values need, as a graph with them as outputs; `isKnown` says where to stop. */
export function cut(wanted: readonly Value[], isKnown: (value: Value) => boolean, opset: number): Cut {
  const graph = new Graph(opset);
  const leaves = new Map<string, Value>();
  const copies = new Map<Value, Value>();
  const place = (value: Value): Value => {
    const copy = copies.get(value);
    if (copy) return copy;
    if (value.data) return value;
    const name = `x${leaves.size}`;
    leaves.set(name, value);
    const input = graph.input(name, value.dtype, value.shape);
    copies.set(value, input);
    return input;
  };
  for (const node of nodesFor(wanted, isKnown)) {
    graph.origin = node.origin;
    const inputs = node.inputs.map((input) => input && place(input));
    const outputs = graph.ops(node.op, inputs, { attributes: node.attributes, outputs: node.outputs });
    node.outputs.forEach((output, i) => {
      // An output that was computed before stays the input that it is.
      if (!copies.has(output)) copies.set(output, outputs[i]!);
    });
  }
  wanted.forEach((value, i) => {
    graph.output(`y${i}`, place(value));
  });
  return { graph, leaves };
}

/** In an order in which each value is made before it is used. No recursion: a training loop records thousands in a row. */
function nodesFor(wanted: readonly Value[], isKnown: (value: Value) => boolean): Node[] {
  const order: Node[] = [];
  const entered = new Set<Node>();
  const stack: { node: Node; leave: boolean }[] = [];
  const enter = (value: Value | null) => {
    const node = value?.producer;
    if (node && !isKnown(value) && !entered.has(node)) stack.push({ node, leave: false });
  };
  for (const value of wanted.toReversed()) enter(value);
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { node, leave } = top;
    if (leave) order.push(node);
    if (leave || entered.has(node)) continue;
    entered.add(node);
    stack.push({ node, leave: true });
    for (const input of node.inputs) enter(input);
  }
  return order;
}
