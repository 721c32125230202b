import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";

/** tfjs's data formats, for pictures and for volumes. */
export type DataFormat = "NHWC" | "NCHW" | "NDHWC" | "NCDHW";

/** Axes of tfjs's [batch, height, width, channels] in the order of ONNX's [batch, channels, height, width], and back. */
export const toNchw = [0, 3, 1, 2] as const;
export const fromNchw = [0, 2, 3, 1] as const;

/** [batch, ...spatial, channels] -> [batch, channels, ...spatial], by rank. */
const channelsFirst: Readonly<Record<number, readonly number[]>> = {
  4: toNchw,
  5: [0, 4, 1, 2, 3],
};

/** [batch, channels, ...spatial] -> [batch, ...spatial, channels], by rank. */
const channelsLast: Readonly<Record<number, readonly number[]>> = {
  4: fromNchw,
  5: [0, 2, 3, 4, 1],
};

/** A filter [...spatial, in, out] -> [out, in, ...spatial], by rank. */
const filterOrder: Readonly<Record<number, readonly number[]>> = {
  4: [3, 2, 0, 1],
  5: [4, 3, 0, 1, 2],
};

/** A filter with its results before its channels. */
const turnedFilterOrder = [0, 1, 3, 2];

/** A depthwise filter [height, width, channels, multiplier] -> [channels, multiplier, height, width]. */
const depthwiseFilterOrder = [2, 3, 0, 1];

function transpose(x: Value, perm: readonly number[], graph: Graph): Value {
  return graph.op("Transpose", [x], { attributes: { perm } });
}

export function isChannelsLast(format: DataFormat): boolean {
  return format.endsWith("C");
}

/** x with its channels second, as ONNX's windows take it. */
export function toChannelsFirst(x: Value, format: DataFormat, graph: Graph): Value {
  return isChannelsLast(format) ? transpose(x, channelsFirst[x.rank]!, graph) : x;
}

/** What ONNX's windows give, in the format that tfjs asked for. */
export function fromChannelsFirst(y: Value, format: DataFormat, graph: Graph): Value {
  return isChannelsLast(format) ? transpose(y, channelsLast[y.rank]!, graph) : y;
}

/** x with its channels last, whatever its format. */
export function toChannelsLast(x: Value, format: DataFormat, graph: Graph): Value {
  return isChannelsLast(format) ? x : transpose(x, channelsLast[x.rank]!, graph);
}

/** [...spatial, in, out] -> [out, in, ...spatial]. */
export function toOnnxFilter(filter: Value, graph: Graph): Value {
  return transpose(filter, filterOrder[filter.rank]!, graph);
}

/** [height, width, channels, multiplier] -> [channels, multiplier, height, width]. */
export function toDepthwiseFilter(filter: Value, graph: Graph): Value {
  return transpose(filter, depthwiseFilterOrder, graph);
}

/** True for the axes of toOnnxFilter. */
export function isFilterOrder(perm: readonly number[]): boolean {
  return `${perm}` === `${filterOrder[perm.length]}`;
}

/** [height, width, in, out] -> [height, width, out, in]. */
export function filterTurned(filter: Value, graph: Graph): Value {
  return transpose(filter, turnedFilterOrder, graph);
}
