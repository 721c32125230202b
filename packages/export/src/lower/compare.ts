import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";

type Pair = { readonly a: Value; readonly b: Value };

const binary =
  (op: string) =>
  ({ a, b }: Pair, _attrs: object, graph: Graph): Value =>
    graph.op(op, [a, b]);

/** ONNX puts no bool in order. */
const ordered =
  (op: string) =>
  ({ a, b }: Pair, _attrs: object, graph: Graph): Value =>
    a.dtype === "bool"
      ? graph.op(op, [castTo(a, "int32", graph), castTo(b, "int32", graph)])
      : graph.op(op, [a, b]);

export const equal: Lowering<"Equal"> = binary("Equal");
export const greater: Lowering<"Greater"> = ordered("Greater");
export const greaterEqual: Lowering<"GreaterEqual"> = ordered("GreaterOrEqual");
export const less: Lowering<"Less"> = ordered("Less");
export const lessEqual: Lowering<"LessEqual"> = ordered("LessOrEqual");
export const logicalAnd: Lowering<"LogicalAnd"> = binary("And");
export const logicalOr: Lowering<"LogicalOr"> = binary("Or");

export const notEqual: Lowering<"NotEqual"> = ({ a, b }, _attrs, graph) =>
  graph.op("Not", [graph.op("Equal", [a, b])]);

export const logicalNot: Lowering<"LogicalNot"> = ({ x }, _attrs, graph) => graph.op("Not", [x]);

export const isNan: Lowering<"IsNan"> = ({ x }, _attrs, graph) =>
  graph.op("IsNaN", [castTo(x, "float32", graph)]);

/**
 * A condition of rank 1 chooses whole rows of t and e, so it is padded with axes of 1. Between bools it is logic:
 * onnxruntime 1.30 has no Where for them.
 */
export const select: Lowering<"Select"> = ({ condition, t, e }, _attrs, graph) => {
  const rows = condition.rank === 1 && t.rank > 1;
  const chosen = rows
    ? reshape(condition, [...staticShape(condition), ...Array<number>(t.rank - 1).fill(1)], graph)
    : condition;
  if (t.dtype !== "bool") return graph.op("Where", [chosen, t, e]);
  const otherwise = graph.op("And", [graph.op("Not", [chosen]), e]);
  return graph.op("Or", [graph.op("And", [chosen, t]), otherwise]);
};
