import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { axesOf, castTo } from "./layout.js";

/** bool counts as int32, as in tfjs. */
function numeric(x: Value, graph: Graph): Value {
  return x.dtype === "bool" ? castTo(x, "int32", graph) : x;
}

export const cumsum: Lowering<"Cumsum"> = ({ x }, { axis, exclusive, reverse }, graph) => {
  const [at = 0] = axesOf(x, axis);
  const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
  return graph.op("CumSum", [numeric(x, graph), graph.scalar(at, "int64")], { attributes });
};

/** x moved by some places along an axis: ones come in at one end, and what goes out at the other is lost. */
function shifted(x: Value, axis: number, by: number, towardsStart: boolean, graph: Graph): Value {
  const size = staticShape(x)[axis]!;
  const pads = [...x.shape, ...x.shape].map(() => 0);
  pads[towardsStart ? axis + x.rank : axis] = by;
  const one = graph.scalar(1, x.dtype as "float32");
  const padded = graph.op("Pad", [x, graph.ints(pads), one]);
  const start = towardsStart ? by : 0;
  return graph.op("Slice", [padded, graph.ints([start]), graph.ints([start + size]), graph.ints([axis])]);
}

/**
 * ONNX has no running product. After each of log2(size) steps an element holds the product of twice as many before
 * it (Hillis & Steele 1986, "Data parallel algorithms"): other roundings than tfjs's one by one, but fewer.
 */
export const cumprod: Lowering<"Cumprod"> = ({ x }, { axis, exclusive, reverse }, graph) => {
  const [at = 0] = axesOf(x, axis);
  const size = staticShape(x)[at]!;
  let y = numeric(x, graph);
  if (exclusive) y = shifted(y, at, 1, reverse, graph);
  for (let reach = 1; reach < size; reach *= 2)
    y = graph.op("Mul", [y, shifted(y, at, reach, reverse, graph)]);
  return y;
};
