import { rewrite } from "./pass.js";

/**
 * relu's gradient masks with step(x), which tells the same from relu(x). Asking relu(x) instead leaves the
 * product before it with one use, so that ONNX Runtime computes product and relu in one go.
 */
export const reluMask = rewrite(({ node, inputs, graph }) => {
  if (node.op !== "Clip" || inputs[1]?.data?.[0] !== 0) return null;
  const ceil = inputs[0]!.producer;
  const x = ceil?.op === "Ceil" ? ceil.inputs[0]! : null;
  if (!x || x.producer?.op === "Relu") return null;
  const relu = graph.nodes.find(({ op, inputs: [input] }) => op === "Relu" && input === x);
  if (!relu) return null;
  return graph.op("Clip", [graph.op("Ceil", [relu.outputs[0]!]), ...inputs.slice(1)]);
});
