import type { Node } from "../ir/node.js";
import { sameDim, type Value } from "../ir/value.js";
import { rewrite } from "./pass.js";

/** Add(Gemm(a, b), bias) becomes Gemm(a, b, bias), where the product has no other use; so does a MatMul of two matrices. */
export const gemmBias = rewrite(({ node, inputs, uses, graph }) => {
  if (node.op !== "Add") return null;
  for (const at of [0, 1]) {
    const product = inputs[at]!.producer;
    const bias = inputs[1 - at]!;
    const old = node.inputs[at]!;
    if (!product || !isProduct(product) || uses.get(old)!.length !== 1) continue;
    if (!isRow(bias, inputs[at]!)) continue;
    return graph.op("Gemm", [...product.inputs, bias], { attributes: product.attributes });
  }
  return null;
});

/** A product of two matrices that has no bias yet. ONNX Runtime's Gemm takes floats only. */
function isProduct({ op, inputs }: Node): boolean {
  const matrices = inputs.length === 2 && inputs.every((input) => input!.rank === 2);
  return op === "Gemm" ? inputs.length === 2 : op === "MatMul" && matrices && inputs[0]!.dtype === "float32";
}

/** [columns] or [1, columns]: what a Gemm broadcasts over its rows. */
function isRow(bias: Value, product: Value): boolean {
  if (bias.rank < 1 || bias.rank > 2 || !sameDim(bias.shape.at(-1)!, product.shape[1]!)) return false;
  return bias.rank === 1 || bias.shape[0] === 1;
}
