import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo } from "./layout.js";
import { storedAsInt } from "./trigonometry.js";

/** As int64, where the quotient of the smallest int32 and -1 has room, with 1 in place of a divisor of 0: both trap. */
function wholeOperands(a: Value, b: Value, graph: Graph): { a: Value; b: Value; byZero: Value } {
  const divisor = castTo(b, "int64", graph);
  const byZero = graph.op("Equal", [divisor, graph.scalar(0, "int64")]);
  const safe = graph.op("Where", [byZero, graph.scalar(1, "int64"), divisor]);
  return { a: castTo(a, "int64", graph), b: safe, byZero };
}

/** 0 where the divisor is 0: what tfjs stores for NaN and the infinities. */
function wholeResult(y: Value, byZero: Value, graph: Graph): Value {
  return castTo(graph.op("Where", [byZero, graph.scalar(0, "int64"), y]), "int32", graph);
}

/**
 * a / b rounded down, always int32. Of float32 the quotient is rounded to float32 before, to double in tfjs: the two
 * may differ where it is a whole number to within 6e-8 of itself.
 */
export const floorDiv: Lowering<"FloorDiv"> = ({ a, b }, _attrs, graph) => {
  if (a.dtype === "float32") {
    return storedAsInt(graph.op("Floor", [graph.op("Div", [a, b])]), graph);
  }
  const whole = wholeOperands(a, b, graph);
  // ONNX's integer Mod has the divisor's sign, so that what is left divides without a rest.
  const multiple = graph.op("Sub", [whole.a, graph.op("Mod", [whole.a, whole.b])]);
  return wholeResult(graph.op("Div", [multiple, whole.b]), whole.byZero, graph);
};

/**
 * The rest of a / b with the sign of b. Of float32, fmod's rest has the sign of a; b is added where the signs
 * differ and there is a rest. 0 * b makes that sum NaN for an infinite b, as in tfjs.
 */
export const mod: Lowering<"Mod"> = ({ a, b }, _attrs, graph) => {
  if (a.dtype !== "float32") {
    const whole = wholeOperands(a, b, graph);
    return wholeResult(graph.op("Mod", [whole.a, whole.b]), whole.byZero, graph);
  }
  const zero = graph.scalar(0);
  const rest = graph.op("Mod", [a, b], { attributes: { fmod: 1 } });
  const step = graph.op("Where", [graph.op("Equal", [rest, zero]), zero, b]);
  const turned = graph.op("Add", [graph.op("Add", [rest, step]), graph.op("Mul", [b, zero])]);
  const agree = graph.op("Equal", [
    graph.op("GreaterOrEqual", [a, zero]),
    graph.op("GreaterOrEqual", [b, zero]),
  ]);
  return graph.op("Where", [agree, rest, turned]);
};
