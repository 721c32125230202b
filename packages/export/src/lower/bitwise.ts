import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";

/** The value of each bit of an int32; the last one is negative. */
const weights = Array.from({ length: 32 }, (_, bit) => (bit < 31 ? 2 ** bit : -(2 ** 31)));

/** x [...] int32 -> its bits [..., 32] int64, of 0 and 1 */
function bitsOf(x: Value, graph: Graph): Value {
  const whole = reshape(castTo(x, "int64", graph), [...staticShape(x), 1], graph);
  const unsigned = graph.op("Mod", [whole, graph.ints([2 ** 32])]);
  const shifted = graph.op("Div", [unsigned, graph.ints(weights.map(Math.abs))]);
  return graph.op("Mod", [shifted, graph.ints([2])]);
}

/** ONNX has an operator for it from opset 18; before, the bits are taken apart. */
export const bitwiseAnd: Lowering<"BitwiseAnd"> = ({ a, b }, _attrs, graph) => {
  if (graph.opset >= 18) return graph.op("BitwiseAnd", [a, b]);
  const common = graph.op("Mul", [bitsOf(a, graph), bitsOf(b, graph)]);
  const weighted = graph.op("Mul", [common, graph.ints(weights)]);
  const sum = graph.op("ReduceSum", [weighted, graph.ints([-1])], { attributes: { keepdims: 0 } });
  return castTo(sum, "int32", graph);
};
