import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import { staticShape } from "../ir/value.js";
import { withinWindow } from "./convolution-gradient.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled } from "./layout.js";
import { pooledShape, pooling2d, pooling3d } from "./pool.js";
import { slices, spread, tapsOf } from "./taps.js";
import type { Window } from "./window.js";

/** Each tap gets an equal share of dy: that of the whole window, padding counted, as in tfjs. */
function averageGradient(dy: Value, x: Value, window: Window, graph: Graph): Value {
  if (pooledShape(x, window).includes(0)) return filled(0, "float32", staticShape(x), graph);
  const taps = tapsOf(window);
  const inside = withinWindow(dy, window, 1, graph);
  const share = taps.length === 1 ? inside : graph.op("Mul", [inside, graph.scalar(1 / taps.length)]);
  return spread(
    taps.map(() => share),
    window,
    graph,
  );
}

/** dy goes to the tap where the window's maximum y is: of equal ones to the first, or to the last. */
function maximumGradient(
  { dy, input, output }: { dy: Value; input: Value; output: Value },
  window: Window,
  ties: "first" | "last",
  graph: Graph,
): Value {
  if (pooledShape(input, window).includes(0)) return filled(0, "float32", staticShape(input), graph);
  const [x, y] = [input, output].map((value) => castTo(value, "float32", graph)) as [Value, Value];
  const [inside, top] = [dy, y].map((value) => withinWindow(value, window, 1, graph)) as [Value, Value];
  const seen = slices(x, window, -Infinity, graph);
  return spread(chosen(seen, top, inside, ties, graph), window, graph);
}

/** For each tap: dy where it is the first, or last, that equals y, and 0 elsewhere. */
export function chosen(
  seen: readonly Value[],
  y: Value,
  dy: Value,
  ties: "first" | "last",
  graph: Graph,
): Value[] {
  const ordered = ties === "first" ? seen : seen.toReversed();
  let left: Value | null = null;
  const parts = ordered.map((tap, i) => {
    const equal = graph.op("Equal", [tap, y]);
    const here: Value = left ? graph.op("And", [equal, left]) : equal;
    if (i < ordered.length - 1) {
      const not = graph.op("Not", [equal]);
      left = left ? graph.op("And", [left, not]) : not;
    }
    return graph.op("Where", [here, dy, graph.scalar(0)]);
  });
  return ties === "first" ? parts : parts.toReversed();
}

/** tfjs rounds sizes down here, whatever the pooling did. */
export const avgPoolGrad: Lowering<"AvgPoolGrad"> = ({ dy, input }, attrs, graph) =>
  averageGradient(dy, input, pooling2d(input, attrs), graph);

export const avgPool3DGrad: Lowering<"AvgPool3DGrad"> = ({ dy, input }, attrs, graph) =>
  averageGradient(dy, input, pooling3d(input, attrs), graph);

export const maxPoolGrad: Lowering<"MaxPoolGrad"> = (inputs, attrs, graph) =>
  maximumGradient(inputs, pooling2d(inputs.input, attrs), "first", graph);

/** Of equal elements tfjs's cpu backend takes the last in volumes, unlike in pictures. */
export const maxPool3DGrad: Lowering<"MaxPool3DGrad"> = (inputs, attrs, graph) =>
  maximumGradient(inputs, pooling3d(inputs.input, attrs), "last", graph);
