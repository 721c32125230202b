import { sameDim, type Value } from "../ir/value.js";
import { rewrite } from "./pass.js";

/** Add(Conv(x, w), bias of each channel) becomes Conv(x, w, bias), where the sum is the product's only use. */
export const convBias = rewrite(({ node, inputs, graph, single }) => {
  if (node.op !== "Add") return null;
  for (const at of [0, 1]) {
    const product = inputs[at]!;
    const conv = product.producer;
    if (!conv || !["Conv", "ConvTranspose"].includes(conv.op) || conv.inputs.length !== 2) continue;
    const bias = channelVector(inputs[1 - at]!, product);
    if (!bias || !single(product)) continue;
    return graph.op(conv.op, [...conv.inputs, bias], { attributes: conv.attributes, outputs: node.outputs });
  }
  return null;
});

/** The [channels] of which a value is the reshaped [channels, 1, ...]. Constants are foldAffine's. */
function channelVector(value: Value, product: Value): Value | null {
  const source = value.producer?.op === "Reshape" ? value.producer.inputs[0]! : null;
  const channels = product.shape[1]!;
  if (source?.rank !== 1 || !sameDim(source.shape[0]!, channels)) return null;
  const at = value.rank - (product.rank - 1);
  return at >= 0 && value.shape.every((n, axis) => (axis === at ? sameDim(n, channels) : n === 1))
    ? source
    : null;
}
