import type { Graph } from "../ir/graph.js";
import { type Value, staticShape } from "../ir/value.js";
import { reshape } from "./layout.js";
import type { Lowering } from "./kernels.js";

type Pair = { readonly a: Value; readonly b: Value };

const binary =
  (op: string) =>
  ({ a, b }: Pair, _attrs: object, graph: Graph): Value =>
    graph.op(op, [a, b]);

export const equal: Lowering<"Equal"> = binary("Equal");
export const greater: Lowering<"Greater"> = binary("Greater");
export const greaterEqual: Lowering<"GreaterEqual"> = binary("GreaterOrEqual");
export const less: Lowering<"Less"> = binary("Less");
export const lessEqual: Lowering<"LessEqual"> = binary("LessOrEqual");
export const logicalAnd: Lowering<"LogicalAnd"> = binary("And");
export const logicalOr: Lowering<"LogicalOr"> = binary("Or");

export const notEqual: Lowering<"NotEqual"> = ({ a, b }, _attrs, graph) =>
  graph.op("Not", [graph.op("Equal", [a, b])]);

export const logicalNot: Lowering<"LogicalNot"> = ({ x }, _attrs, graph) => graph.op("Not", [x]);

export const isNan: Lowering<"IsNan"> = ({ x }, _attrs, graph) => graph.op("IsNaN", [x]);

/** A condition of rank 1 chooses whole rows of t and e, so it is padded with axes of 1. */
export const select: Lowering<"Select"> = ({ condition, t, e }, _attrs, graph) => {
  const rows = condition.rank === 1 && t.rank > 1;
  const shape = [...staticShape(condition), ...Array<number>(t.rank - 1).fill(1)];
  return graph.op("Where", [rows ? reshape(condition, shape, graph) : condition, t, e]);
};
