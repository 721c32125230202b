import { Node } from "../ir/node.js";
import { staticShape } from "../ir/value.js";
import type { Recording } from "./unify.js";

/**
 * Where an operator has two forms and the sizes decide which is recorded, give every recording the form that holds at
 * all sizes: a Resize by scales, which is recorded where the factors happen to be whole, says its sizes instead.
 */
export function alignForms(recordings: readonly Recording[]): void {
  const graphs = recordings.map(({ graph }) => graph);
  graphs[0]!.nodes.forEach((first, i) => {
    const nodes = graphs.map(({ nodes }) => nodes[i]);
    if (first.op !== "Resize" || !nodes.every((node) => node?.op === "Resize")) return;
    if (nodes.every((node) => node!.inputs.length === first.inputs.length)) return;
    graphs.forEach((graph, at) => {
      const { op, inputs, outputs, attributes, origin } = nodes[at]!;
      const sizes = graph.ints(staticShape(outputs[0]!));
      graph.nodes[i] = new Node(op, [inputs[0]!, null, null, sizes], outputs, attributes, origin);
    });
  });
}
