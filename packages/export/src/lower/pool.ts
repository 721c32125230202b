import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Attrs, Lowering } from "./kernels.js";
import { castTo, filled } from "./layout.js";
import { fromChannelsFirst, toChannelsFirst } from "./nchw.js";
import { slices } from "./taps.js";
import {
  covered,
  neededAfter,
  padded,
  sayable,
  strideAttributes,
  type Window,
  window2d,
  window3d,
} from "./window.js";

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];
type Pooling2d = Omit<Attrs<"MaxPool">, "dimRoundingMode"> & Pick<Attrs<"MaxPool">, "dimRoundingMode">;

export function pooling2d(x: Value, { filterSize, strides, pad, dimRoundingMode }: Pooling2d): Window {
  const shape = staticShape(x) as Shape4;
  return window2d(backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

export function pooling3d(
  x: Value,
  { filterSize, strides, pad, dimRoundingMode }: Attrs<"MaxPool3DGrad">,
): Window {
  const shape = staticShape(x) as Shape5;
  return window3d(backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode));
}

/** [batch, ...out, channels] */
export function pooledShape(x: Value, { axes }: Window): number[] {
  const shape = staticShape(x);
  return [shape[0]!, ...axes.map(({ out }) => out), shape.at(-1)!];
}

/** tfjs gives pictures back as they are where a window of one element leaves their size, wherever it stops. */
function isIdentity({ axes }: Window): boolean {
  const anywhere = axes.length === 2;
  return axes.every(
    ({ filter, size, out, before }) => filter === 1 && size === out && (anywhere || before === 0),
  );
}

/** ONNX's pooling wants a padding smaller than its window: beyond that, windows see nothing but padding. */
function onlyPadding({ axes }: Window): boolean {
  return axes.some((axis) => Math.max(axis.before, neededAfter(axis), axis.after) >= covered(axis));
}

/** x with all padding around it, and a window that needs none. */
function padFirst(x: Value, { axes }: Window, graph: Graph): { x: Value; window: Window } {
  const after = axes.map(neededAfter);
  const pads = graph.ints([0, ...axes.map(({ before }) => before), 0, 0, ...after, 0]);
  const moved = axes.map((axis, i) => ({
    ...axis,
    size: axis.size + axis.before + after[i]!,
    before: 0,
    after: 0,
  }));
  return {
    x: graph.op("Pad", [x, pads, graph.scalar(-Infinity)]),
    window: { axes: moved, same: false },
  };
}

/** x [batch, ...spatial, channels] -> y, and where wanted the places of the maxima, with their channels second. */
function pool(
  op: "MaxPool" | "AveragePool",
  x: Value,
  window: Window,
  graph: Graph,
  withPlaces = false,
): readonly Value[] {
  const { x: input, padding } = padded(
    toChannelsFirst(x, "NHWC", graph),
    window,
    op === "MaxPool" ? -Infinity : 0,
    graph,
  );
  const [batch, ...rest] = pooledShape(x, window);
  const shape = [batch!, rest.at(-1)!, ...rest.slice(0, -1)];
  const places = { dtype: "int64", shape } as const;
  return graph.ops(op, [input], {
    attributes: {
      kernel_shape: window.axes.map(({ filter }) => filter),
      ...strideAttributes(window),
      ...padding,
    },
    outputs: [{ dtype: "float32", shape }, ...(withPlaces ? [places] : [])],
  });
}

function pooled(op: "MaxPool" | "AveragePool", x: Value, window: Window, graph: Graph): Value {
  return fromChannelsFirst(pool(op, x, window, graph)[0]!, "NHWC", graph);
}

/** ONNX pools float32 only; whole numbers below 2^24 are the same there. */
function maximum(x: Value, window: Window, graph: Graph): Value {
  const shape = pooledShape(x, window);
  if (shape.includes(0)) return filled(0, x.dtype, shape, graph);
  if (isIdentity(window)) return x;
  const values = castTo(x, "float32", graph);
  const moved = onlyPadding(window) ? padFirst(values, window, graph) : { x: values, window };
  return castTo(pooled("MaxPool", moved.x, moved.window, graph), x.dtype, graph);
}

/** Elements of x that each place of the window sees, along each axis. */
function seenAlong({ size, out, stride, before, filter, dilation }: Window["axes"][number]): number[] {
  return Array.from({ length: out }, (_, place) => {
    const positions = Array.from({ length: filter }, (_, tap) => place * stride - before + tap * dilation);
    return positions.filter((at) => at >= 0 && at < size).length;
  });
}

/** Padding does not count. A window that sees nothing is nothing by nothing in tfjs: NaN for pictures, 0 for volumes. */
function average(x: Value, window: Window, empty: number, graph: Graph): Value {
  const shape = pooledShape(x, window);
  if (shape.includes(0)) return filled(0, "float32", shape, graph);
  if (isIdentity(window)) return x;
  if (!onlyPadding(window) && sayable(window)) return pooled("AveragePool", x, window, graph);
  // ONNX Runtime would put a Pad in front back into the AveragePool, and then refuse it.
  const seen = slices(x, window, 0, graph);
  const counts = window.axes
    .map(seenAlong)
    .reduce((rows, along) => rows.flatMap((row) => along.map((n) => row * n)), [1]);
  const shares = Float32Array.from(counts, (n) => (n === 0 ? empty : 1 / n));
  const outs = window.axes.map(({ out }) => out);
  return graph.op("Mul", [graph.op("Sum", seen), graph.constant("float32", shares, [...outs, 1])]);
}

export const maxPool: Lowering<"MaxPool"> = ({ x }, attrs, graph) => maximum(x, pooling2d(x, attrs), graph);

export const maxPool3D: Lowering<"MaxPool3D"> = ({ x }, attrs, graph) =>
  maximum(x, pooling3d(x, attrs), graph);

export const avgPool: Lowering<"AvgPool"> = ({ x }, attrs, graph) =>
  average(x, pooling2d(x, attrs), Number.NaN, graph);

export const avgPool3D: Lowering<"AvgPool3D"> = ({ x }, attrs, graph) =>
  average(x, pooling3d(x, attrs), 0, graph);

/**
 * ONNX counts places in [batch, channels, height, width], tfjs in [height, width, channels] of one picture, or of all
 * with includeBatchInIndex. Of equal elements both take the first; NaN, which tfjs passes over, is made the least.
 */
export const maxPoolWithArgmax: Lowering<"MaxPoolWithArgmax"> = ({ x }, attrs, graph) => {
  const window = pooling2d(x, attrs);
  const shape = pooledShape(x, window);
  if (shape.includes(0)) return [filled(0, x.dtype, shape, graph), filled(0, "int32", shape, graph)];
  const [, height, width, channels] = staticShape(x) as Shape4;
  const values = castTo(x, "float32", graph);
  const known = graph.op("Where", [graph.op("IsNaN", [values]), graph.scalar(-Infinity), values]);
  const [y, places] = pool("MaxPool", known, window, graph, true) as [Value, Value];
  const whole = (n: number) => graph.constant("int64", BigInt64Array.of(BigInt(n)), []);
  const inPlane = graph.op("Mod", [places, whole(height * width)]);
  const plane = graph.op("Div", [places, whole(height * width)]);
  const channel = graph.op("Mod", [plane, whole(channels)]);
  const index = graph.op("Add", [graph.op("Mul", [inPlane, whole(channels)]), channel]);
  const picture = graph.op("Div", [plane, whole(channels)]);
  const all = attrs.includeBatchInIndex
    ? graph.op("Add", [index, graph.op("Mul", [picture, whole(height * width * channels)])])
    : index;
  const [top, at] = [y, castTo(all, "int32", graph)].map((value) => fromChannelsFirst(value, "NHWC", graph));
  return [castTo(top!, x.dtype, graph), at!];
};
