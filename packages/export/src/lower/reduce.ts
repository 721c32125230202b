import { type Graph } from "../ir/graph.js";
import { onnxTypes } from "../ir/infer.js";
import type { Value } from "../ir/value.js";
import { axesOf } from "./layout.js";
import type { Lowering } from "./kernels.js";

/** Over no axis at all (a scalar, or an empty list) a reduction is the value itself. */
function reduce(op: string, x: Value, axes: readonly number[], keepDims: boolean, graph: Graph): Value {
  if (axes.length === 0) return x;
  return graph.op(op, [x], { attributes: { axes, keepdims: keepDims ? 1 : 0 } });
}

export const sum: Lowering<"Sum"> = ({ x }, { axis, keepDims }, graph) => {
  const values = x.dtype === "bool" ? graph.op("Cast", [x], { attributes: { to: onnxTypes.int32 } }) : x;
  const axes = axesOf(x, axis);
  if (axes.length === 0) return values;
  return graph.op("ReduceSum", [values, graph.ints(axes)], { attributes: { keepdims: keepDims ? 1 : 0 } });
};

export const mean: Lowering<"Mean"> = ({ x }, { axis, keepDims }, graph) => {
  const values = x.dtype === "float32" ? x : graph.op("Cast", [x], { attributes: { to: onnxTypes.float32 } });
  return reduce("ReduceMean", values, axesOf(x, axis), keepDims, graph);
};

export const max: Lowering<"Max"> = ({ x }, { reductionIndices, keepDims }, graph) =>
  reduce("ReduceMax", x, axesOf(x, reductionIndices), keepDims, graph);

export const min: Lowering<"Min"> = ({ x }, { axis, keepDims }, graph) =>
  reduce("ReduceMin", x, axesOf(x, axis), keepDims, graph);

/** The first maximum's place, int32 as in tfjs. */
export const argMax: Lowering<"ArgMax"> = ({ x }, { axis }, graph) => {
  const [only = 0] = axesOf(x, axis);
  const places = graph.op("ArgMax", [x], { attributes: { axis: only, keepdims: 0 } });
  return graph.op("Cast", [places], { attributes: { to: onnxTypes.int32 } });
};
