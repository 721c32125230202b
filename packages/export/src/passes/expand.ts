import { broadcast } from "../ir/operators/dims.js";
import { sameShape, type Value } from "../ir/value.js";
import { type Rule, rewrite } from "./pass.js";

const binary = new Set([
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Max",
  "Min",
  "Pow",
  "Greater",
  "Less",
  "GreaterOrEqual",
  "LessOrEqual",
]);
const unary = new Set(["Abs", "Exp", "Log", "Neg", "Sqrt", "Sigmoid", "Tanh", "Cast"]);

/**
 * tfjs's gradients spread a small tensor to full size with ones and only then compute with it. Broadcasting
 * makes that copy unnecessary: take Expand away in front of an operator that broadcasts anyway, and move it
 * behind one that then works on the small tensor.
 */
export const sinkExpand = rewrite((site) => {
  const { op } = site.node;
  if (binary.has(op)) return sinkThroughBinary(site);
  if (unary.has(op)) return sinkThroughUnary(site);
  return null;
});

const sinkThroughUnary: Rule = ({ node, inputs: [x], graph }) => {
  const source = expanded(x!);
  if (!source) return null;
  const small = graph.op(node.op, [source.small], { attributes: node.attributes });
  return graph.op("Expand", [small, source.shape], { outputs: node.outputs });
};

const sinkThroughBinary: Rule = ({ node, inputs, graph }) => {
  const output = node.outputs[0]!;
  const [a, b] = inputs as [Value, Value];
  const [fromA, fromB] = [expanded(a), expanded(b)];
  if (!fromA && !fromB) return null;
  const without = [fromA?.small ?? a, fromB?.small ?? b] as const;
  const shape = broadcast(without[0].shape, without[1].shape);
  const full = sameShape(shape, output.shape);
  const target = [fromA, fromB].find((source) => source && sameShape(source.full.shape, output.shape));
  if (!full && !target) return null;
  const result = graph.op(node.op, without, { outputs: [{ dtype: output.dtype, shape }] });
  return full ? result : graph.op("Expand", [result, target!.shape], { outputs: [output] });
};

function expanded(value: Value): { full: Value; small: Value; shape: Value } | null {
  if (value.producer?.op !== "Expand") return null;
  const [small, shape] = value.producer.inputs as [Value, Value];
  return { full: value, small, shape };
}
