import type { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import type { Attributes } from "../ir/node.js";
import type { Value } from "../ir/value.js";

/** How a window moves along one axis: place i covers size-axis elements i * stride - before + tap * dilation. */
export interface Axis {
  /** What the window moves over. */
  readonly size: number;
  /** In how many places it stops. */
  readonly out: number;
  /** Taps of the window. */
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  /** As tfjs states it; more than is needed, or less, where it rounds sizes. */
  readonly after: number;
}

/** A convolution's or pooling's geometry, one entry for each spatial axis. */
export interface Window {
  readonly axes: readonly Axis[];
  /** Padding was asked for as "same". */
  readonly same: boolean;
}

/** From tfjs-core's own arithmetic, which every backend shares. */
export function window2d(info: backend_util.Conv2DInfo): Window {
  const { padInfo } = info;
  return {
    same: padInfo.type === "SAME",
    axes: [
      {
        size: info.inHeight,
        out: info.outHeight,
        filter: info.filterHeight,
        stride: info.strideHeight,
        dilation: info.dilationHeight,
        before: padInfo.top,
        after: padInfo.bottom,
      },
      {
        size: info.inWidth,
        out: info.outWidth,
        filter: info.filterWidth,
        stride: info.strideWidth,
        dilation: info.dilationWidth,
        before: padInfo.left,
        after: padInfo.right,
      },
    ],
  };
}

export function window3d(info: backend_util.Conv3DInfo): Window {
  const { padInfo } = info;
  const [height, width] = window2d(info as unknown as backend_util.Conv2DInfo).axes as [Axis, Axis];
  const depth: Axis = {
    size: info.inDepth,
    out: info.outDepth,
    filter: info.filterDepth,
    stride: info.strideDepth,
    dilation: info.dilationDepth,
    before: padInfo.front,
    after: padInfo.back,
  };
  return { same: padInfo.type === "SAME", axes: [depth, height, width] };
}

/** Elements that the window spans. */
export function covered({ filter, dilation }: Axis): number {
  return (filter - 1) * dilation + 1;
}

/** Padding behind an axis with which the last window just fits; negative where elements are left over. */
export function neededAfter(axis: Axis): number {
  return (axis.out - 1) * axis.stride + covered(axis) - axis.size - axis.before;
}

/** True where ONNX's rule for the number of places, rounding down, agrees with tfjs's. */
function statedFits(axis: Axis): boolean {
  const { size, out, stride, before, after } = axis;
  return before >= 0 && Math.floor((size + before + after - covered(axis)) / stride) + 1 === out;
}

/** Strides, dilations and kernel_shape of a window, as ONNX names them. */
export function strideAttributes({ axes }: Window): Attributes {
  return {
    strides: axes.map(({ stride }) => stride),
    ...(axes.some(({ dilation }) => dilation > 1) && { dilations: axes.map(({ dilation }) => dilation) }),
  };
}

/**
 * x [batch, channels, ...spatial] and the padding attributes with which an ONNX window stops where tfjs's does.
 *
 * "same" with a stride depends on the size, so that it is left to ONNX's SAME_UPPER, which splits the padding as tfjs
 * does; anything else is spelled out. What attributes cannot say (tfjs computes both sizes of a window that is no
 * square from its height where the padding is a number) is padded or cut off beforehand.
 *
 * fill: what stands in the padding; 0 for convolutions and averages
 * gap: how many elements a window may skip between its places under SAME_UPPER
 */
export function padded(
  x: Value,
  window: Window,
  fill: number,
  graph: Graph,
  gap = 0,
): { x: Value; padding: Attributes } {
  const { axes, same } = window;
  const within = axes.every((axis) => statedFits(axis) && axis.stride <= covered(axis) + gap);
  if (same && within && axes.some(dependsOnSize)) return { x, padding: { auto_pad: "SAME_UPPER" } };
  const { before, after } = spelledOut(window);
  if (sayable(window)) return { x, padding: { pads: [...before, ...after] } };
  const pads = graph.ints([0, 0, ...before, 0, 0, ...after]);
  return { x: graph.op("Pad", [x, pads, graph.scalar(fill)]), padding: {} };
}

/** Whether the padding of "same" is another for another size: a window of one element needs none. */
function dependsOnSize(axis: Axis): boolean {
  return axis.stride > 1 && covered(axis) > 1;
}

/** What tfjs states where ONNX rounds to the same number of places, else what the last window needs. */
function spelledOut({ axes }: Window): { before: number[]; after: number[] } {
  return {
    before: axes.map((axis) => axis.before),
    after: axes.map((axis) => (statedFits(axis) ? axis.after : neededAfter(axis))),
  };
}

/** False where elements must be cut off, which no pads attribute does. */
export function sayable(window: Window): boolean {
  const { before, after } = spelledOut(window);
  return [...before, ...after].every((n) => n >= 0);
}

/** What "same" adds before and behind an axis: the odd one behind. */
export function samePadding(size: number, filter: number, stride: number): [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + filter - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
