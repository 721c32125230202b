import { staticShape } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";

/**
 * The k largest along the last axis and their places, of equals the first one first. They come sorted also where
 * `sorted` is false, which leaves the order open.
 */
export const topK: Lowering<"TopK"> = ({ x }, { k }, graph) => {
  const given = x.dtype === "bool" ? castTo(x, "int32", graph) : x;
  const [values, places] = graph.ops("TopK", [given, graph.ints([k])], {
    attributes: { axis: -1, largest: 1, sorted: 1 },
  });
  return [castTo(values!, x.dtype, graph), castTo(places!, "int32", graph)];
};

/**
 * How many of the sorted sequence are before each value: those below it for "left", those up to it for "right".
 * sortedSequence [rows, sorted], values [rows, values] -> int32 [rows, values]
 */
export const searchSorted: Lowering<"SearchSorted"> = ({ sortedSequence, values }, { side }, graph) => {
  const [rows, sorted] = staticShape(sortedSequence) as [number, number];
  const [, wanted] = staticShape(values) as [number, number];
  const before = graph.op(side === "left" ? "Less" : "LessOrEqual", [
    reshape(sortedSequence, [rows, 1, sorted], graph),
    reshape(values, [rows, wanted, 1], graph),
  ]);
  return graph.op("ReduceSum", [castTo(before, "int32", graph), graph.ints([2])], {
    attributes: { keepdims: 0 },
  });
};
