import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

/** Operators that hand on the numbers they get. */
const carriers = new Set([
  "Cast",
  "Identity",
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Transpose",
  "Flatten",
  "Slice",
]);

/**
 * Inputs of which rows are looked up in a table, such as the words of an embedding: how many rows it has, by name.
 * Random numbers for them must stay below that. Inputs that are computed with before are not found.
 */
export function indexBounds(graph: Graph): Record<string, number> {
  const carried = new Map<Value, string>(graph.inputs.map((input) => [input, input.name!]));
  const bounds: Record<string, number> = {};
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const [first, indices] = inputs;
    const source = first && carried.get(first);
    if (source !== undefined && source !== null && carriers.has(op)) carried.set(outputs[0]!, source);
    const input = indices && carried.get(indices);
    if (op !== "Gather" || !first || typeof input !== "string") continue;
    const axis = Number(attributes.axis ?? 0);
    const rows = first.shape[axis < 0 ? axis + first.shape.length : axis];
    if (typeof rows === "number") bounds[input] = Math.min(rows, bounds[input] ?? rows);
  }
  return bounds;
}
