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

/** Without NaN among the values: ONNX Runtime passes over some of them, where tfjs's result is NaN. */
export const max: Lowering<"Max"> = ({ x }, { reductionIndices, keepDims }, graph) =>
  castTo(
    reduce("ReduceMax", numeric(x, graph), axesOf(x, reductionIndices), keepDims, graph),
    x.dtype,
    graph,
  );

/** Without NaN, as max. */
export const min: Lowering<"Min"> = ({ x }, { axis, keepDims }, graph) =>
  castTo(reduce("ReduceMin", numeric(x, graph), axesOf(x, axis), keepDims, graph), x.dtype, graph);

/** The first maximum's place, int32 as in tfjs. */
export const argMax: Lowering<"ArgMax"> = ({ x }, { axis }, graph) => {
  const [only = 0] = axesOf(x, axis);
  const places = graph.op("ArgMax", [numeric(x, graph)], { attributes: { axis: only, keepdims: 0 } });
  return castTo(places, "int32", graph);
};
