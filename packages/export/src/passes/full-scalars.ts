import type { Value } from "../ir/value.js";
import { isConstant, reshaped } from "./constant.js";
import { broadcasting } from "./elementwise.js";
import { rewrite } from "./pass.js";

/**
 * A scalar beside a tensor whose last axis has size 1, as grey pictures have it, gets as many axes: ONNX Runtime (1.30)
 * takes some fifty times as long where it has fewer (bench/suites/choices.mjs).
 */
export const fullScalars = rewrite(({ node, inputs, graph }) => {
  const [output] = node.outputs as [Value];
  if (!broadcasting.has(node.op) || output.rank < 2 || output.shape.at(-1) !== 1) return null;
  const isShort = (value: Value | null) =>
    isConstant(value) && value.data.length === 1 && value.rank < output.rank;
  if (!inputs.some(isShort)) return null;
  const ones = output.shape.map(() => 1);
  const full = inputs.map((value) => (isConstant(value) && isShort(value) ? reshaped(value, ones) : value));
  return graph.op(node.op, full, { attributes: node.attributes, outputs: node.outputs });
});
