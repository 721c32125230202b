import { sizeOf } from "@vaekit/infer";
import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { positions } from "./indicator.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";
import { sumInto } from "./scatter.js";

/** Where an index is within 0 ... count - 1, and the index with 0 in place of the others. */
function within(indices: Value, count: number, graph: Graph): { valid: Value; safe: Value } {
  const zero = graph.scalar(0, "int32");
  const valid = graph.op("And", [
    graph.op("GreaterOrEqual", [indices, zero]),
    graph.op("Less", [indices, graph.scalar(count, "int32")]),
  ]);
  return { valid, safe: graph.op("Where", [valid, indices, zero]) };
}

/** As sumInto, but rows with an index outside of 0 ... count - 1 are left out. */
function sumValid(count: number, indices: Value, rows: Value, graph: Graph): Value {
  const { valid, safe } = within(indices, count, graph);
  const [length] = staticShape(rows) as [number];
  const zero = graph.scalar(0, rows.dtype as "float32");
  const counted = graph.op("Where", [reshape(valid, [length, 1], graph), rows, zero]);
  return sumInto(count, safe, counted, graph);
}

/** x [rows, ...], segmentIds [rows] -> float32 [numSegments, ...]; rows of no segment are left out. */
export const unsortedSegmentSum: Lowering<"UnsortedSegmentSum"> = (
  { x, segmentIds },
  { numSegments },
  graph,
) => {
  if (segmentIds.rank !== 1)
    throw new GraphError("segmentIds of a rank above 1: flatten them and the axes of x that they are for");
  const [length, ...rest] = staticShape(x) as [number, ...number[]];
  const rows = reshape(castTo(x, "float32", graph), [length, sizeOf(rest)], graph);
  const sums = sumValid(numSegments, castTo(segmentIds, "int32", graph), rows, graph);
  return reshape(sums, [numSegments, ...rest], graph);
};

/** The weight of each x, 1 for all where none are given. */
function weightsOf(x: Value, weights: Value, graph: Graph): Value {
  const shape = staticShape(x);
  return staticShape(weights).includes(0) ? filled(1, weights.dtype, shape, graph) : weights;
}

/** How often 0 ... size - 1 are among x, or the sums of their weights; x beyond are left out. */
export const bincount: Lowering<"Bincount"> = ({ x, weights }, { size }, graph) => {
  const rows = reshape(weightsOf(x, weights, graph), [sizeOf(staticShape(x)), 1], graph);
  const flat = reshape(castTo(x, "int32", graph), [sizeOf(staticShape(x))], graph);
  return reshape(sumValid(size, flat, rows, graph), [size], graph);
};

/** As Bincount, for each row of x [rows, columns] by itself; binary, for rows only: 1 for each that is there at all. */
export const denseBincount: Lowering<"DenseBincount"> = (inputs, { size, binaryOutput }, graph) => {
  const { x, weights } = inputs;
  if (x.rank < 2) return bincount(inputs, { size }, graph);
  const spread = (values: Value) => reshape(values, [...staticShape(x), 1], graph);
  const hit = graph.op("Equal", [spread(castTo(x, "int32", graph)), positions([size], graph)]);
  const scalar = (value: number) => graph.scalar(value, weights.dtype as "float32");
  const counted = binaryOutput ? scalar(1) : spread(weightsOf(x, weights, graph));
  const chosen = graph.op("Where", [hit, counted, scalar(0)]);
  const sums = graph.op("ReduceSum", [chosen, graph.ints([1])], { attributes: { keepdims: 0 } });
  return binaryOutput ? graph.op("Min", [sums, scalar(1)]) : sums;
};
