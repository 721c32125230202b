import { affineOf } from "./affine.js";
import { scalarOf } from "./constant.js";
import { rewrite } from "./pass.js";

/**
 * Clip(alpha x + beta, 0, 1) is HardSigmoid, in one pass over x. Where a product stands before it, alpha and beta are
 * in its weights by now (foldAffine), and Clip stays.
 */
export const hardSigmoid = rewrite(({ node, inputs, graph, single }) => {
  if (node.op !== "Clip" || scalarOf(inputs[1]) !== 0 || scalarOf(inputs[2]) !== 1) return null;
  const [sum] = inputs;
  const add = sum!.producer && single(sum!) ? affineOf(sum!.producer.op, sum!.producer.inputs, sum!) : null;
  const product = add?.x;
  if (!product?.producer || !single(product)) return null;
  const mul = affineOf(product.producer.op, product.producer.inputs, product);
  if (!add || !mul || [add.scale, add.offset, mul.scale, mul.offset].some(({ data }) => data.length !== 1))
    return null;
  const [alpha, beta] = [mul.scale.data[0]! * add.scale.data[0]!, add.offset.data[0]!];
  if (mul.offset.data[0] !== 0 || add.scale.data[0] !== 1) return null;
  const attributes = { alpha: { float: alpha }, beta: { float: beta } };
  return graph.op("HardSigmoid", [mul.x], { attributes, outputs: node.outputs });
});
