import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Attrs, Lowering } from "./kernels.js";
import { filled, reshape } from "./layout.js";
import { chosen } from "./pool-gradient.js";
import { slices, spread, tapsOf } from "./taps.js";
import { type Window, window2d } from "./window.js";

/** What tfjs's cpu backend starts its maxima from. */
const least = Number.MIN_SAFE_INTEGER;

interface Sums {
  window: Window;
  outShape: readonly number[];
  /** For each tap, what it sees of x plus its weight: [batch, ...out, channels]. */
  sums: readonly Value[];
}

/** x [batch, height, width, channels], filter [height, width, channels]. */
function tapSums(x: Value, filter: Value, attrs: Attrs<"Dilation2D">, graph: Graph): Sums {
  const { strides, pad, dilations } = attrs;
  const info = backend_util.computeDilation2DInfo(
    staticShape(x) as [number, number, number, number],
    staticShape(filter) as [number, number, number],
    strides,
    pad,
    "NHWC",
    dilations,
  );
  const window = window2d(info);
  if (info.outShape.includes(0)) return { window, outShape: info.outShape, sums: [] };
  const weights = graph.ops("Split", [
    reshape(filter, [tapsOf(window).length, staticShape(filter)[2]!], graph),
    graph.ints(tapsOf(window).map(() => 1)),
  ]);
  const seen = slices(x, window, least, graph);
  const sums = seen.map((tap, i) => graph.op("Add", [tap, weights[i]!]));
  return { window, outShape: info.outShape, sums };
}

function maximum(sums: readonly Value[], graph: Graph): Value {
  return sums.reduce((top, sum) => graph.op("Max", [top, sum]));
}

/** The largest sum of pixel and weight within a window: morphological dilation. */
export const dilation2D: Lowering<"Dilation2D"> = ({ x, filter }, attrs, graph) => {
  const { sums, outShape } = tapSums(x, filter, attrs, graph);
  return sums.length === 0 ? filled(0, "float32", outShape, graph) : maximum(sums, graph);
};

/** dy goes to the pixel of the largest sum, the first of equal ones. */
export const dilation2DBackpropInput: Lowering<"Dilation2DBackpropInput"> = (
  { x, filter, dy },
  attrs,
  graph,
) => {
  const { sums, window } = tapSums(x, filter, attrs, graph);
  if (sums.length === 0) return filled(0, "float32", staticShape(x), graph);
  return spread(chosen(sums, maximum(sums, graph), dy, "first", graph), window, graph);
};

/** dy goes to the weight of the largest sum, the first of equal ones. */
export const dilation2DBackpropFilter: Lowering<"Dilation2DBackpropFilter"> = (
  { x, filter, dy },
  attrs,
  graph,
) => {
  const { sums } = tapSums(x, filter, attrs, graph);
  const shape = staticShape(filter);
  if (sums.length === 0) return filled(0, "float32", shape, graph);
  const parts = chosen(sums, maximum(sums, graph), dy, "first", graph).map((part) =>
    graph.op("ReduceSum", [part, graph.ints([0, 1, 2])], { attributes: { keepdims: 0 } }),
  );
  const all = parts.length === 1 ? parts[0]! : graph.op("Concat", parts, { attributes: { axis: 0 } });
  return reshape(all, shape, graph);
};
