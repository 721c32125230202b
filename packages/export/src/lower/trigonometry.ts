import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo } from "./layout.js";

/** int32 is computed in float32 and cut off to int32 again, NaN and the infinities to 0, as tfjs stores them. */
export function inFloat(x: Value, graph: Graph, compute: (x: Value) => Value): Value {
  if (x.dtype !== "int32") return compute(x);
  const y = compute(castTo(x, "float32", graph));
  return storedAsInt(y, graph);
}

/** float32 -> int32, NaN and the infinities as 0. Numbers that int32 has no room for are left to the runtime. */
export function storedAsInt(y: Value, graph: Graph): Value {
  const finite = graph.op("Less", [graph.op("Abs", [y]), graph.scalar(Number.POSITIVE_INFINITY)]);
  return castTo(graph.op("Where", [finite, y, graph.scalar(0)]), "int32", graph);
}

const unary =
  (op: string) =>
  ({ x }: { readonly x: Value }, _attrs: object, graph: Graph): Value =>
    inFloat(x, graph, (v) => graph.op(op, [v]));

export const acos: Lowering<"Acos"> = unary("Acos");
export const acosh: Lowering<"Acosh"> = unary("Acosh");
export const asin: Lowering<"Asin"> = unary("Asin");
export const asinh: Lowering<"Asinh"> = unary("Asinh");
export const atan: Lowering<"Atan"> = unary("Atan");
export const atanh: Lowering<"Atanh"> = unary("Atanh");
export const cosh: Lowering<"Cosh"> = unary("Cosh");
export const sinh: Lowering<"Sinh"> = unary("Sinh");
export const tan: Lowering<"Tan"> = unary("Tan");

/** True for negative numbers and -0, false for NaN: 1 / -0 is -Infinity. */
function hasMinus(x: Value, graph: Graph): Value {
  const sum = graph.op("Add", [x, graph.op("Reciprocal", [x])]);
  return graph.op("Less", [sum, graph.scalar(0)]);
}

/**
 * The angle of the point (b, a) from the positive axis of b: atan |a / b|, mirrored into the quadrant that the signs
 * name. Equal magnitudes are 1 beforehand (0 where both are 0), because Infinity / Infinity and 0 / 0 are NaN.
 */
function angle(a: Value, b: Value, graph: Graph): Value {
  const [rise, run] = [graph.op("Abs", [a]), graph.op("Abs", [b])];
  const slope = graph.op("Where", [
    graph.op("Equal", [rise, run]),
    graph.op("Sign", [rise]),
    graph.op("Div", [rise, run]),
  ]);
  const acute = graph.op("Atan", [slope]);
  const half = graph.op("Where", [
    hasMinus(b, graph),
    graph.op("Sub", [graph.scalar(Math.PI), acute]),
    acute,
  ]);
  return graph.op("Where", [hasMinus(a, graph), graph.op("Neg", [half]), half]);
}

/** a is the opposite side, b the adjacent one; both have one dtype. */
export const atan2: Lowering<"Atan2"> = ({ a, b }, _attrs, graph) =>
  inFloat(a, graph, (rise) => angle(rise, castTo(b, "float32", graph), graph));
