import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import type { Attributes } from "../ir/node.js";
import { staticShape, type Value } from "../ir/value.js";
import { info2d, isEmpty } from "./convolution.js";
import type { Lowering } from "./kernels.js";
import { filled, reshape } from "./layout.js";
import {
  type DataFormat,
  fromChannelsFirst,
  toChannelsFirst,
  toChannelsLast,
  toDepthwiseFilter,
  toOnnxFilter,
} from "./nchw.js";
import { columns, slices } from "./taps.js";
import { covered, strideAttributes, type Window, window2d, window3d } from "./window.js";

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** dy where the window stops: its gradient is asked for without the rounding that made dy larger. */
export function withinWindow(dy: Value, { axes }: Window, firstAxis: number, graph: Graph): Value {
  const outs = axes.map(({ out }) => out);
  if (outs.every((out, i) => staticShape(dy)[firstAxis + i] === out)) return dy;
  const along = graph.ints(axes.map((_, i) => firstAxis + i));
  return graph.op("Slice", [dy, graph.ints(outs.map(() => 0)), graph.ints(outs), along]);
}

/**
 * x [batch, ...spatial, in], dy [batch, ...out, outChannels] -> [...filter, in, outChannels]: one product of what the
 * window sees with dy. A Conv with swapped axes gives the same and takes half as long again
 * (bench/suites/conv-choices.mjs).
 */
function filterGradient(
  x: Value,
  dy: Value,
  filterShape: readonly number[],
  window: Window,
  graph: Graph,
): Value {
  const inside = withinWindow(dy, window, 1, graph);
  const places = product(staticShape(inside).slice(0, -1));
  if (isEmpty([places, ...filterShape])) return filled(0, "float32", filterShape, graph);
  const { value, turned } = columns(x, window, graph);
  const results = reshape(inside, [places, filterShape.at(-1)!], graph);
  const flat = graph.op("Gemm", [value, results], { attributes: { transA: turned ? 0 : 1 } });
  return reshape(flat, filterShape, graph);
}

/** What a ConvTranspose needs to give back the sizes that the window went over. */
function inputPadding({ axes }: Window): { attributes: Attributes; missing: number[] } {
  const ends = axes.map((axis) => {
    const left = axis.size + axis.before - (axis.out - 1) * axis.stride - covered(axis);
    // ONNX allows less than a stride behind the result.
    return left < axis.stride
      ? { pad: Math.max(0, -left), more: Math.max(0, left), missing: 0 }
      : { pad: 0, more: 0, missing: left };
  });
  const pads = [...axes.map(({ before }) => Math.max(0, before)), ...ends.map(({ pad }) => pad)];
  const more = ends.map(({ more }) => more);
  return {
    attributes: { pads, ...(more.some((n) => n > 0) && { output_padding: more }) },
    missing: ends.map(({ missing }) => missing),
  };
}

/** dy with its channels second, and a filter as toOnnxFilter gives it -> the input's gradient, channels second. */
function transposed(dy: Value, filter: Value, window: Window, group: number, graph: Graph): Value {
  const { attributes, missing } = inputPadding(window);
  const y = graph.op("ConvTranspose", [dy, filter], {
    attributes: { ...strideAttributes(window), ...attributes, ...(group > 1 && { group }) },
  });
  const front = window.axes.map(({ before }) => Math.max(0, -before));
  if ([...missing, ...front].every((n) => n === 0)) return y;
  const pads = graph.ints([0, 0, ...front, 0, 0, ...missing]);
  return graph.op("Pad", [y, pads, graph.scalar(0)]);
}

interface Parts {
  dy: Value;
  filter: Value;
  window: Window;
  format: DataFormat;
  shape: readonly number[];
  group?: number;
}

function inputGradient({ dy, filter, window, format, shape, group = 1 }: Parts, graph: Graph): Value {
  const inside = withinWindow(toChannelsFirst(dy, format, graph), window, 2, graph);
  if (isEmpty([...shape, ...staticShape(inside)])) return filled(0, "float32", shape, graph);
  return fromChannelsFirst(transposed(inside, filter, window, group, graph), format, graph);
}

export const conv2DBackpropInput: Lowering<"Conv2DBackpropInput"> = ({ dy, filter }, attrs, graph) => {
  const { dataFormat: format, inputShape: shape } = attrs;
  const info = info2d(shape, staticShape(filter), { ...attrs, dilations: 1 }, format, false);
  return inputGradient(
    { dy, filter: toOnnxFilter(filter, graph), window: window2d(info), format, shape },
    graph,
  );
};

export const conv2DBackpropFilter: Lowering<"Conv2DBackpropFilter"> = ({ x, dy }, attrs, graph) => {
  const { dataFormat: format, filterShape } = attrs;
  const info = info2d(staticShape(x), filterShape, { ...attrs, dilations: 1 }, format, false);
  const [last, dyLast] = [toChannelsLast(x, format, graph), toChannelsLast(dy, format, graph)];
  return filterGradient(last, dyLast, filterShape, window2d(info), graph);
};

type Shape5 = [number, number, number, number, number];

export const conv3DBackpropInput: Lowering<"Conv3DBackpropInputV2"> = (
  { dy, filter },
  { strides, pad, inputShape: shape },
  graph,
) => {
  const info = backend_util.computeConv3DInfo(shape, staticShape(filter) as Shape5, strides, 1, pad);
  const parts = { dy, filter: toOnnxFilter(filter, graph), window: window3d(info), shape };
  return inputGradient({ ...parts, format: "NDHWC" }, graph);
};

export const conv3DBackpropFilter: Lowering<"Conv3DBackpropFilterV2"> = (
  { x, dy },
  { strides, pad, filterShape },
  graph,
) => {
  const info = backend_util.computeConv3DInfo(staticShape(x) as Shape5, filterShape, strides, 1, pad);
  return filterGradient(x, dy, filterShape, window3d(info), graph);
};

export const depthwiseInputGradient: Lowering<"DepthwiseConv2dNativeBackpropInput"> = (
  { dy, filter },
  attrs,
  graph,
) => {
  const { inputShape: shape } = attrs;
  const [height, width, channels, multiplier] = staticShape(filter) as [number, number, number, number];
  const info = info2d(shape, staticShape(filter), attrs, "NHWC", true);
  const filters = reshape(toDepthwiseFilter(filter, graph), [channels * multiplier, 1, height, width], graph);
  return inputGradient(
    { dy, filter: filters, window: window2d(info), format: "NHWC", shape, group: channels },
    graph,
  );
};

/** For each tap, the sum over batch and places of what it sees times dy. */
export const depthwiseFilterGradient: Lowering<"DepthwiseConv2dNativeBackpropFilter"> = (
  { x, dy },
  attrs,
  graph,
) => {
  const { filterShape } = attrs;
  const info = info2d(staticShape(x), filterShape, attrs, "NHWC", true);
  const window = window2d(info);
  const [, , channels, multiplier] = filterShape;
  const inside = withinWindow(dy, window, 1, graph);
  const [batch, height, width] = staticShape(inside) as [number, number, number];
  if (batch * height * width === 0) return filled(0, "float32", filterShape, graph);
  // dy's channels are [channels, multiplier]; each of x's meets all of its multiplier.
  const results =
    multiplier === 1 ? inside : reshape(inside, [batch, height, width, channels, multiplier], graph);
  const taps = slices(x, window, 0, graph).map((tap) => {
    const seen = multiplier === 1 ? tap : reshape(tap, [batch, height, width, channels, 1], graph);
    const products = graph.op("Mul", [seen, results]);
    return graph.op("ReduceSum", [products, graph.ints([0, 1, 2])], { attributes: { keepdims: 0 } });
  });
  const all = taps.length === 1 ? taps[0]! : graph.op("Concat", taps, { attributes: { axis: 0 } });
  return reshape(all, filterShape, graph);
};
