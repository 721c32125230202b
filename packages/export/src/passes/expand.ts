import { broadcast } from "../ir/operators/dims.js";
import { sameDim, sameShape, type Value } from "../ir/value.js";
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
 * makes that copy unnecessary: take Expand (or Tile along axes of size 1, as tfjs-layers has it) away in front of an operator that broadcasts anyway, and move it
 * behind one that then works on the small tensor.
 */
export const sinkExpand = rewrite((site) => {
  const { op } = site.node;
  if (binary.has(op)) return sinkThroughBinary(site);
  if (unary.has(op)) return sinkThroughUnary(site);
  return null;
});

const sinkThroughUnary: Rule = ({ node, inputs: [x], graph }) => {
  const source = spreadOf(x!);
  if (!source) return null;
  const small = graph.op(node.op, [source.small], { attributes: node.attributes });
  return graph.op(source.op, [small, source.operand], { outputs: node.outputs });
};

const sinkThroughBinary: Rule = ({ node, inputs, graph }) => {
  const output = node.outputs[0]!;
  const [a, b] = inputs as [Value, Value];
  const [fromA, fromB] = [spreadOf(a), spreadOf(b)];
  if (!fromA && !fromB) return null;
  const without = [fromA?.small ?? a, fromB?.small ?? b] as const;
  const shape = broadcast(without[0].shape, without[1].shape);
  const full = sameShape(shape, output.shape);
  // Tile counts from the tensor that it was for, Expand says what comes out.
  const target = [fromA, fromB].find(
    (source) =>
      source &&
      sameShape(source.full.shape, output.shape) &&
      (source.op === "Expand" || sameShape(source.small.shape, shape)),
  );
  if (!full && !target) return null;
  const result = graph.op(node.op, without, { outputs: [{ dtype: output.dtype, shape }] });
  return full ? result : graph.op(target!.op, [result, target!.operand], { outputs: [output] });
};

/** The small tensor that a value is spread from, and the shape (Expand) or the repeats (Tile). */
function spreadOf(full: Value): { op: string; full: Value; small: Value; operand: Value } | null {
  const { producer } = full;
  if (producer?.op !== "Expand" && producer?.op !== "Tile") return null;
  const [small, operand] = producer.inputs as [Value, Value];
  const spreads = ({ shape }: Value) => shape.every((dim, i) => dim === 1 || sameDim(dim, full.shape[i]!));
  return producer.op === "Expand" || spreads(small) ? { op: producer.op, full, small, operand } : null;
}
