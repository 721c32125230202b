import { sizeOf } from "@vaekit/infer";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";

/** 0, 1, 2, ... in the given shape, int32. A constant of one axis: unify finds such a one for every size of it. */
export function positions(shape: readonly number[], graph: Graph): Value {
  const count = sizeOf(shape);
  const row = graph.constant(
    "int32",
    Int32Array.from({ length: count }, (_, i) => i),
    [count],
  );
  return shape.length === 1 ? row : reshape(row, shape, graph);
}

/** What a Where can choose between in onnxruntime: bool as int32. */
const held = (dtype: string) => (dtype === "float32" ? "float32" : "int32");

/** An index outside of 0 ... depth - 1 gives a row of off values; ONNX's own OneHot counts negative ones from the end. */
export const oneHot: Lowering<"OneHot"> = ({ indices }, { depth, onValue, offValue, dtype }, graph) => {
  const places = reshape(castTo(indices, "int32", graph), [...staticShape(indices), 1], graph);
  const hit = graph.op("Equal", [places, positions([depth], graph)]);
  const [on, off] = [graph.scalar(onValue, held(dtype)), graph.scalar(offValue, held(dtype))];
  return castTo(graph.op("Where", [hit, on, off]), dtype as "float32", graph);
};

/** x of any shape, read in row-major order, on the diagonal of zeros: shape -> [...shape, ...shape] */
export const diag: Lowering<"Diag"> = ({ x }, _attrs, graph) => {
  const shape = staticShape(x);
  const count = sizeOf(shape);
  const row = reshape(castTo(x, held(x.dtype), graph), [1, count], graph);
  const hit = graph.op("Equal", [positions([count, 1], graph), positions([1, count], graph)]);
  const matrix = graph.op("Where", [hit, row, graph.scalar(0, held(x.dtype))]);
  return castTo(reshape(matrix, [...shape, ...shape], graph), x.dtype, graph);
};
