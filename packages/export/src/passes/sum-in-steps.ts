import { numbers } from "../ir/operators/dims.js";
import { rewrite } from "./pass.js";

/**
 * A sum over the first axes, as a bias's gradient is, becomes one over all of them but the batch, and one over the
 * batch. ONNX Runtime shares the first of these out among its threads and makes them vectors; the sum in one step takes
 * several times as long (bench/suites/conv-choices.mjs).
 */
export const sumInSteps = rewrite(({ node, inputs, graph }) => {
  const [x, axes] = inputs;
  if (node.op !== "ReduceSum" || !x || !axes?.data || x.dtype !== "float32") return null;
  const given = numbers(axes).map((axis) => (axis < 0 ? axis + x.rank : axis));
  const first = given.toSorted((a, b) => a - b);
  const leading = first.every((axis, i) => axis === i) && first.length > 1 && first.length < x.rank;
  if (!leading || typeof x.shape[0] !== "number" || x.shape[0] < 2) return null;
  const each = graph.op("ReduceSum", [x, graph.ints(first.slice(1))], { attributes: node.attributes });
  return graph.op("ReduceSum", [each, graph.ints([0])], { attributes: node.attributes });
});
