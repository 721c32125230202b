import type { Value } from "../ir/value.js";
import { type Pass, rewrite } from "./pass.js";

/**
 * relu's gradient masks with step(x), which tells the same from relu(x). Asking relu(x) instead leaves the
 * product before it with one use, so that ONNX Runtime computes product and relu in one go.
 */
export const reluMask: Pass = (old) => {
  const relus = new Map<Value, Value>();
  let seen = 0;
  return rewrite(({ node, inputs, graph }) => {
    for (; seen < graph.nodes.length; seen++) {
      const { op, inputs: given, outputs } = graph.nodes[seen]!;
      if (op === "Relu") relus.set(given[0]!, outputs[0]!);
    }
    if (node.op !== "Clip" || inputs[1]?.data?.[0] !== 0) return null;
    const ceil = inputs[0]!.producer;
    const x = ceil?.op === "Ceil" ? ceil.inputs[0]! : null;
    const relu = x && x.producer?.op !== "Relu" ? relus.get(x) : null;
    return relu ? graph.op("Clip", [graph.op("Ceil", [relu]), ...inputs.slice(1)]) : null;
  })(old);
};
