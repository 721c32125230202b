import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { type FusedActivation, fusedActivations } from "./activation.js";
import type { Attrs, Lowering } from "./kernels.js";
import { filled, reshape } from "./layout.js";
import {
  type DataFormat,
  fromChannelsFirst,
  isChannelsLast,
  toChannelsFirst,
  toDepthwiseFilter,
  toOnnxFilter,
} from "./nchw.js";
import { padded, strideAttributes, type Window, window2d, window3d } from "./window.js";

export interface Convolution {
  x: Value;
  /** As ONNX has it: [out, in / group, ...spatial]. */
  filter: Value;
  /** [out] */
  bias?: Value | undefined;
  window: Window;
  format: DataFormat;
  /** Of the result, in its format. */
  outShape: readonly number[];
  group?: number;
}

/**
 * Elements that a convolution may skip. ONNX Runtime takes the padding of a stride beyond the window for negative, in
 * halves rounded towards zero: -1 comes behind, where it cuts off an element that no window sees, and -2 would cut off
 * the first. Its pooling refuses even that.
 */
const gap = 1;

/** x in its format -> y with its channels second, for what is fused behind it. */
function convolve({ x, filter, bias, window, format, group = 1 }: Convolution, graph: Graph): Value {
  const { x: input, padding } = padded(toChannelsFirst(x, format, graph), window, 0, graph, gap);
  return graph.op("Conv", [input, filter, ...(bias ? [bias] : [])], {
    attributes: { ...strideAttributes(window), ...padding, ...(group > 1 && { group }) },
  });
}

export function isEmpty(shape: readonly number[]): boolean {
  return shape.some((n) => n === 0);
}

/** A plain convolution. tfjs gives an empty result where the window does not fit; ONNX has no such Conv. */
function convolution(parts: Convolution, graph: Graph): Value {
  if (isEmpty(parts.outShape)) return filled(0, "float32", parts.outShape, graph);
  return fromChannelsFirst(convolve(parts, graph), parts.format, graph);
}

type Info = Omit<Attrs<"Conv2D">, "dataFormat">;

/** The filter is [height, width, in, out], or [height, width, channels, multiplier] where it goes by channel. */
export function info2d(
  xShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Info,
  format: DataFormat,
  depthwise: boolean,
): backend_util.Conv2DInfo {
  return backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    isChannelsLast(format) ? "channelsLast" : "channelsFirst",
  );
}

export const conv2D: Lowering<"Conv2D"> = ({ x, filter }, attrs, graph) =>
  convolution(plain(x, filter, attrs, graph), graph);

function plain(x: Value, filter: Value, attrs: Attrs<"Conv2D">, graph: Graph): Convolution {
  const info = info2d(staticShape(x), staticShape(filter), attrs, attrs.dataFormat, false);
  return {
    x,
    filter: toOnnxFilter(filter, graph),
    window: window2d(info),
    format: attrs.dataFormat,
    outShape: info.outShape,
  };
}

export const depthwiseConv2dNative: Lowering<"DepthwiseConv2dNative"> = ({ x, filter }, attrs, graph) =>
  convolution(byChannel(x, filter, attrs, graph), graph);

/** Each channel has a group of its own, with `multiplier` results. */
function byChannel(
  x: Value,
  filter: Value,
  attrs: Attrs<"DepthwiseConv2dNative">,
  graph: Graph,
): Convolution {
  const format = attrs.dataFormat ?? "NHWC";
  const info = info2d(staticShape(x), staticShape(filter), attrs, format, true);
  const [height, width, channels, multiplier] = staticShape(filter) as [number, number, number, number];
  const filters = toDepthwiseFilter(filter, graph);
  return {
    x,
    filter: reshape(filters, [channels * multiplier, 1, height, width], graph),
    window: window2d(info),
    format,
    outShape: info.outShape,
    group: channels,
  };
}

export const conv3D: Lowering<"Conv3D"> = ({ x, filter }, { strides, pad, dilations }, graph) => {
  const info = backend_util.computeConv3DInfo(
    staticShape(x) as [number, number, number, number, number],
    staticShape(filter) as [number, number, number, number, number],
    strides,
    dilations,
    pad,
  );
  const parts = { x, filter: toOnnxFilter(filter, graph), window: window3d(info), outShape: info.outShape };
  return convolution({ ...parts, format: "NDHWC" }, graph);
};

interface Behind {
  bias?: Value;
  preluActivationWeights?: Value;
}

/**
 * A convolution with what tfjs fuses behind it: a bias, then an activation. A bias for each channel is the Conv's own;
 * an activation without weights comes before the result is turned back, where ONNX Runtime fuses it in turn.
 */
function fused(
  parts: Convolution,
  { bias, preluActivationWeights: prelu }: Behind,
  { activation, leakyreluAlpha }: { activation: string; leakyreluAlpha?: number | undefined },
  graph: Graph,
): Value {
  const activate = fusedActivations[activation] as FusedActivation;
  const { format, outShape } = parts;
  if (isEmpty(outShape)) return filled(0, "float32", outShape, graph);
  const channels = staticShape(parts.filter)[0]!;
  const own = bias && bias.rank === 1 && bias.shape[0] === channels ? bias : undefined;
  const y = convolve({ ...parts, bias: own }, graph);
  const whole = !bias || own;
  if (whole && !prelu) {
    return fromChannelsFirst(activate(y, graph, { leakyRelu: leakyreluAlpha }), format, graph);
  }
  const turned = fromChannelsFirst(y, format, graph);
  const sum = whole ? turned : graph.op("Add", [turned, bias]);
  // In NCHW a list of weights belongs to the channels, which are not the last axis there.
  const weights =
    prelu && !isChannelsLast(format) && prelu.rank === 1 && prelu.shape[0] !== 1
      ? reshape(prelu, [channels, 1, 1], graph)
      : prelu;
  return activate(sum, graph, { prelu: weights, leakyRelu: leakyreluAlpha });
}

export const fusedConv2D: Lowering<"FusedConv2D"> = ({ x, filter, ...behind }, attrs, graph) =>
  fused(plain(x, filter, attrs, graph), behind, attrs, graph);

export const fusedDepthwiseConv2D: Lowering<"FusedDepthwiseConv2D"> = (
  { x, filter, ...behind },
  attrs,
  graph,
) => fused(byChannel(x, filter, attrs, graph), behind, attrs, graph);
