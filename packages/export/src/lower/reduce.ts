import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { axesOf, castTo } from "./layout.js";

/** Over no axis at all (a scalar, or an empty list) a reduction is the value itself. Axes are an input from opset 18. */
function reduce(op: string, x: Value, axes: readonly number[], keepDims: boolean, graph: Graph): Value {
  if (axes.length === 0) return x;
  const keepdims = keepDims ? 1 : 0;
  return graph.opset < 18
    ? graph.op(op, [x], { attributes: { axes, keepdims } })
    : graph.op(op, [x, graph.ints(axes)], { attributes: { keepdims } });
}

/** ONNX reduces no bool. */
function numeric(x: Value, graph: Graph): Value {
  return x.dtype === "bool" ? castTo(x, "int32", graph) : x;
}

export const sum: Lowering<"Sum"> = ({ x }, { axis, keepDims }, graph) => {
  const values = numeric(x, graph);
  const axes = axesOf(x, axis);
  if (axes.length === 0) return values;
  return graph.op("ReduceSum", [values, graph.ints(axes)], { attributes: { keepdims: keepDims ? 1 : 0 } });
};

export const mean: Lowering<"Mean"> = ({ x }, { axis, keepDims }, graph) => {
  return reduce("ReduceMean", castTo(x, "float32", graph), axesOf(x, axis), keepDims, graph);
};

/** NaN where a value is NaN, as in tfjs: ONNX Runtime passes over some of them. */
function extreme(op: string, x: Value, axes: readonly number[], keepDims: boolean, graph: Graph): Value {
  const y = castTo(reduce(op, numeric(x, graph), axes, keepDims, graph), x.dtype, graph);
  if (x.dtype !== "float32" || axes.length === 0) return y;
  const marks = castTo(graph.op("IsNaN", [x]), "float32", graph);
  const any = castTo(reduce("ReduceMax", marks, axes, keepDims, graph), "bool", graph);
  return graph.op("Where", [any, graph.scalar(Number.NaN), y]);
}

export const max: Lowering<"Max"> = ({ x }, { reductionIndices, keepDims }, graph) =>
  extreme("ReduceMax", x, axesOf(x, reductionIndices), keepDims, graph);

export const min: Lowering<"Min"> = ({ x }, { axis, keepDims }, graph) =>
  extreme("ReduceMin", x, axesOf(x, axis), keepDims, graph);

/** Values with the NaNs among them replaced. */
function withoutNaN(x: Value, by: number, graph: Graph): Value {
  return graph.op("Where", [graph.op("IsNaN", [x]), graph.scalar(by), x]);
}

/** tfjs asks for bool and gives it; ONNX Runtime has no ReduceMin and ReduceMax of bool. */
function reduceBool(op: string, x: Value, axes: readonly number[], keepDims: boolean, graph: Graph): Value {
  return castTo(reduce(op, numeric(x, graph), axes, keepDims, graph), x.dtype, graph);
}

export const all: Lowering<"All"> = ({ x }, { axis, keepDims }, graph) =>
  reduceBool("ReduceMin", x, axesOf(x, axis), keepDims, graph);

export const any: Lowering<"Any"> = ({ x }, { axis, keepDims }, graph) =>
  reduceBool("ReduceMax", x, axesOf(x, axis), keepDims, graph);

/** bool counts as int32, as in tfjs. */
export const prod: Lowering<"Prod"> = ({ x }, { axis, keepDims }, graph) =>
  reduce("ReduceProd", numeric(x, graph), axesOf(x, axis), keepDims, graph);

/** The first place of the extreme along one axis, int32 as in tfjs, which does not count a NaN; ONNX Runtime may. */
const place =
  (op: string, leastWanted: number) =>
  ({ x }: { readonly x: Value }, { axis }: { axis: number }, graph: Graph): Value => {
    const [only = 0] = axesOf(x, axis);
    const values = x.dtype === "float32" ? withoutNaN(x, leastWanted, graph) : numeric(x, graph);
    return castTo(graph.op(op, [values], { attributes: { axis: only, keepdims: 0 } }), "int32", graph);
  };

export const argMax: Lowering<"ArgMax"> = place("ArgMax", Number.NEGATIVE_INFINITY);
export const argMin: Lowering<"ArgMin"> = place("ArgMin", Number.POSITIVE_INFINITY);
