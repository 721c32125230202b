import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { constantNumbers } from "./constants.js";
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

const infinity = Number.POSITIVE_INFINITY;

/** int32 and bool are never infinite. */
export const isInf: Lowering<"IsInf"> = ({ x }, _attrs, graph) =>
  graph.op("Equal", [graph.op("Abs", [castTo(x, "float32", graph)]), graph.scalar(infinity)]);

/** Below infinity: neither of the infinities, nor NaN. */
export const isFiniteNumber: Lowering<"IsFinite"> = ({ x }, _attrs, graph) =>
  graph.op("Less", [graph.op("Abs", [castTo(x, "float32", graph)]), graph.scalar(infinity)]);

/** Sizes of two shapes -> of the shape that both broadcast to. A size of 1 gives way, and so does one that is missing. */
export const broadcastArgs: Lowering<"BroadcastArgs"> = ({ s0, s1 }, _attrs, graph) => {
  const [sizes0, sizes1] = [constantNumbers(s0), constantNumbers(s1)];
  if (sizes0 && sizes1) backend_util.assertAndGetBroadcastShape(sizes0, sizes1);
  const rank = Math.max(staticShape(s0)[0]!, staticShape(s1)[0]!);
  const one = graph.scalar(1, "int32");
  const ofRank = (sizes: Value) => {
    const missing = rank - staticShape(sizes)[0]!;
    return missing === 0 ? sizes : graph.op("Pad", [sizes, graph.ints([missing, 0]), one]);
  };
  const [a, b] = [ofRank(s0), ofRank(s1)];
  return graph.op("Where", [graph.op("Equal", [a, one]), b, a]);
};

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
