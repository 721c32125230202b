import { sizeOf } from "@vaekit/infer";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { positions } from "./indicator.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";

/**
 * Sum rows into the places that their indices name, every index within 0 ... count - 1.
 * rows [rows, size], indices [rows] -> [count, size]. ONNX's scatter adds from opset 16 only; before, it is a product
 * with a matrix of ones and zeros. ScatterND would do too, but its sums of several threads may collide in ONNX Runtime.
 */
export function sumInto(count: number, indices: Value, rows: Value, graph: Graph): Value {
  const [length, size] = staticShape(rows) as [number, number];
  if (graph.opset < 16) {
    const places = reshape(castTo(indices, "int32", graph), [1, length], graph);
    const mask = graph.op("Equal", [positions([count, 1], graph), places]);
    return graph.op("MatMul", [castTo(mask, rows.dtype, graph), rows]);
  }
  const everywhere = graph.op("Expand", [reshape(indices, [length, 1], graph), graph.ints([length, size])]);
  return graph.op("ScatterElements", [filled(0, rows.dtype, [count, size], graph), everywhere, rows], {
    attributes: { axis: 0, reduction: "add" },
  });
}

/** The row-major number of the place that each row of indices [rows, depth] names among the given sizes. */
function flatIndices(indices: Value, sizes: readonly number[], graph: Graph): Value {
  const strides = sizes.map((_, i) => sizeOf(sizes.slice(i + 1)));
  const weighted = graph.op("Mul", [castTo(indices, "int64", graph), graph.ints(strides)]);
  return graph.op("ReduceSum", [weighted, graph.ints([1])], { attributes: { keepdims: 0 } });
}

/** indices [..., depth], updates [..., shape.slice(depth)...] -> shape; what falls on one place is summed. */
export const scatterNd: Lowering<"ScatterNd"> = ({ indices, updates }, { shape }, graph) => {
  const given = staticShape(indices);
  const depth = indices.rank > 1 ? given.at(-1)! : 1;
  const rows = indices.rank > 1 ? sizeOf(given.slice(0, -1)) : sizeOf(given);
  const size = sizeOf(shape.slice(depth));
  const values = reshape(
    updates.dtype === "bool" ? castTo(updates, "int32", graph) : updates,
    [rows, size],
    graph,
  );
  const flat = flatIndices(reshape(indices, [rows, depth], graph), shape.slice(0, depth), graph);
  const sums = sumInto(sizeOf(shape.slice(0, depth)), flat, values, graph);
  return castTo(reshape(sums, shape, graph), updates.dtype, graph);
};

/** A copy of base with some of its places overwritten; a scalar update is for all of them. */
function overwrite(base: Value, indices: Value, updates: Value, graph: Graph): Value {
  const given = staticShape(indices);
  const places = castTo(indices, "int64", graph);
  const [rows, depth] = indices.rank > 1 ? [given.slice(0, -1), given.at(-1)!] : [given, 1];
  const shape = [...rows, ...staticShape(base).slice(depth)];
  const values = updates.rank === 0 ? graph.op("Expand", [updates, graph.ints(shape)]) : updates;
  return graph.op("ScatterND", [base, reshape(places, [...rows, depth], graph), values]);
}

/** Where a place is named twice, any of the updates may win; in tfjs the last one does. */
export const tensorScatterUpdate: Lowering<"TensorScatterUpdate"> = (
  { tensor, indices, updates },
  _attrs,
  graph,
) => overwrite(tensor, indices, updates, graph);

/** sparseIndices: one place, [places], or [places, depth]. Places that are named twice as in TensorScatterUpdate. */
export const sparseToDense: Lowering<"SparseToDense"> = (
  { sparseIndices, sparseValues, defaultValue },
  { outputShape },
  graph,
) => {
  const base = graph.op("Expand", [reshape(defaultValue, [], graph), graph.ints(outputShape)]);
  const indices = sparseIndices.rank === 0 ? reshape(sparseIndices, [1], graph) : sparseIndices;
  return overwrite(base, indices, sparseValues, graph);
};
