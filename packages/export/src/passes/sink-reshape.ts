import { sameDim, sameShape, type Value } from "../ir/value.js";
import { reshaped as constantReshaped, isConstant, scalarOf } from "./constant.js";
import { broadcasting, unary } from "./elementwise.js";
import { rewrite, type Site } from "./pass.js";
import { leadingOnes } from "./reshape.js";

/**
 * Reshape goes behind operators that work element by element, to meet the next one and cancel: tfjs's fused products
 * come in [1, batch, n], and what follows them in turn.
 */
export const sinkReshape = rewrite((site) => {
  const { node, inputs, graph } = site;
  const [output] = node.outputs as [Value];
  const first = inputs.findIndex((input) => input?.producer?.op === "Reshape" && input.rank === output.rank);
  if (first < 0) return null;
  const [small, shape] = inputs[first]!.producer!.inputs as [Value, Value];
  const flat = flatInputs(site, first, small);
  if (!flat) return null;
  const result = graph.op(node.op, flat, {
    attributes: node.attributes,
    outputs: [{ dtype: output.dtype, shape: small.shape }],
  });
  return graph.op("Reshape", [result, shape], { outputs: [output] });
});

/** The operator's inputs as they are for the tensor before Reshape; null where one of them has no such form. */
function flatInputs(site: Site, first: number, small: Value): (Value | null)[] | null {
  const { node, inputs } = site;
  const reshaped = inputs[first]!;
  if (!sameShape(reshaped.shape, node.outputs[0]!.shape) || !sinksEverywhere(site, first)) return null;
  if (unary.has(node.op)) return [small];
  if (node.op === "Clip") {
    const scalars = inputs.slice(1).every((bound) => bound === null || bound.rank === 0);
    return scalars ? [small, ...inputs.slice(1)] : null;
  }
  if (!broadcasting.has(node.op) || small.rank === 0) return null;
  const flat = inputs.map((input) => (input === reshaped ? small : operand(input!, reshaped, small)));
  return flat.includes(null) ? null : flat;
}

/** Whether all who use the reshaped tensor are of this kind: else it would be there before and behind. */
function sinksEverywhere({ node, uses }: Site, at: number): boolean {
  return uses.get(node.inputs[at]!)!.every((user) => user !== null && passesReshape(user.op));
}

function passesReshape(op: string): boolean {
  return op === "Reshape" || op === "Clip" || unary.has(op) || broadcasting.has(op);
}

/** Another operand: a scalar, a constant along the last axis, or a tensor that went through the same Reshape. */
function operand(value: Value, reshaped: Value, small: Value): Value | null {
  if (value.rank === 0) return value;
  // In front there are only ones more: what is spread over trailing axes sees no difference.
  if (value.rank <= small.rank && leadingOnes(small, reshaped)) return value;
  const source = value.producer?.op === "Reshape" ? value.producer.inputs[0]! : null;
  if (source && sameShape(value.shape, reshaped.shape)) {
    return sameShape(source.shape, small.shape) ? source : null;
  }
  if (!isConstant(value)) return null;
  if (scalarOf(value) !== null) return constantReshaped(value, []);
  const last = value.shape.at(-1)!;
  const along = [small, reshaped].every(({ shape }) => sameDim(shape.at(-1)!, last));
  return along && value.data.length === last ? constantReshaped(value, [last]) : null;
}
