import { rewrite } from "./pass.js";
import { keepsOrder, reshapeTo } from "./reshape.js";

/** Transpose that moves axes of size 1 only is Reshape, which costs nothing and meets others of its kind. */
export const transposeToReshape = rewrite(({ node, inputs: [x], graph }) => {
  if (node.op !== "Transpose" || !keepsOrder(x!, node.attributes.perm as readonly number[])) return null;
  return reshapeTo(graph, x!, node.outputs[0]!.shape);
});
