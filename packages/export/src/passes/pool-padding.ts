import { scalarOf } from "./constant.js";
import { rewrite } from "./pass.js";

const pools = new Set(["MaxPool", "AveragePool"]);

/**
 * ONNX Runtime (1.30) merges a Pad with zeros into the pool behind it, whose own padding counts as nothing at all: of
 * negative numbers the largest is 0 with the one and negative with the other, and where the padding is as wide as the
 * window it refuses the model. It looks for zeros by their bytes, so -0, which is equal in every result, is left alone.
 */
export const poolPadding = rewrite(({ node, inputs: [x, ...rest], graph }) => {
  const pad = x?.producer;
  if (!pools.has(node.op) || pad?.op !== "Pad" || (pad.attributes.mode ?? "constant") !== "constant")
    return null;
  if (x!.dtype !== "float32" || !Object.is(pad.inputs[2] ? scalarOf(pad.inputs[2]) : 0, 0)) return null;
  const [source, pads, , axes] = pad.inputs;
  const inputs = [source!, pads!, graph.scalar(-0), ...(axes ? [axes] : [])];
  const padded = graph.op("Pad", inputs, { attributes: pad.attributes, outputs: pad.outputs });
  return graph.ops(node.op, [padded, ...rest], { attributes: node.attributes, outputs: node.outputs });
});
