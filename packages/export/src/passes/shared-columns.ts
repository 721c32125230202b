import type { Graph } from "../ir/graph.js";
import type { Attributes, Node } from "../ir/node.js";
import type { Value } from "../ir/value.js";
import { reshape } from "../lower/layout.js";
import { isFilterOrder, toNchw } from "../lower/nchw.js";
import { columns } from "../lower/taps.js";
import { type Axis, samePadding, type Window } from "../lower/window.js";
import { rewrite, type Uses } from "./pass.js";

/**
 * A filter's gradient is a product with the columns that the window sees (lower/convolution-gradient.ts). Where a Conv
 * goes over the same pictures, as it does in a training step, it becomes a product with the same columns, which
 * deduplication then makes once; its transposes are gone too (bench/suites/conv-choices.mjs).
 */
export const sharedColumns = rewrite(({ node, inputs, uses, graph }) => {
  if (node.op !== "Conv" || node.inputs.length !== 2 || !plain(node.attributes)) return null;
  const [pictures, filters] = inputs as [Value, Value];
  if (!isTranspose(pictures.producer, toNchw) || !isFilter(filters.producer)) return null;
  if (!hasFilterGradient(node.inputs[0]!.producer!.inputs[0]!, uses)) return null;
  const [x, filter] = [pictures, filters].map((value) => value.producer!.inputs[0]!) as [Value, Value];
  const [xShape, filterShape, outShape] = [x, filter, node.outputs[0]!].map(sizes);
  if (!xShape || !filterShape || !outShape) return null;
  const window = windowOf(node.attributes, xShape, filterShape, outShape);
  return window && product(x, filter, { window, filterShape, outShape }, graph);
});

interface Shapes {
  window: Window;
  /** [height, width, in, out] */
  filterShape: readonly number[];
  /** [batch, out, height, width] */
  outShape: readonly number[];
}

function product(x: Value, filter: Value, { window, filterShape, outShape }: Shapes, graph: Graph): Value {
  const { value, turned } = columns(x, window, graph);
  const [height, width, channels, results] = filterShape as [number, number, number, number];
  const rows = reshape(filter, [height * width * channels, results], graph);
  const flat = graph.op("Gemm", [value, rows], { attributes: { transA: turned ? 1 : 0 } });
  const [batch, , outHeight, outWidth] = outShape as [number, number, number, number];
  const y = reshape(flat, [batch, outHeight, outWidth, results], graph);
  return graph.op("Transpose", [y], { attributes: { perm: toNchw } });
}

function plain({ group = 1, dilations }: Attributes): boolean {
  return group === 1 && (dilations === undefined || (dilations as readonly number[]).every((n) => n === 1));
}

function isTranspose(node: Node | null, perm: readonly number[]): boolean {
  return node?.op === "Transpose" && `${node.attributes.perm}` === `${perm}`;
}

function isFilter(node: Node | null): boolean {
  return node?.op === "Transpose" && isFilterOrder(node.attributes.perm as readonly number[]);
}

function hasFilterGradient(x: Value, uses: Uses): boolean {
  return (uses.get(x) ?? []).some((user) => user?.kernel === "Conv2DBackpropFilter");
}

/** Null where the batch is symbolic. */
function sizes(value: Value): number[] | null {
  const numbers = value.shape.filter((dim) => typeof dim === "number");
  return numbers.length === value.rank ? numbers : null;
}

/** The window of a Conv over x [batch, height, width, channels]; null for one that is no picture's. */
function windowOf(
  { strides = [1, 1], pads = [0, 0, 0, 0], auto_pad }: Attributes,
  xShape: readonly number[],
  filterShape: readonly number[],
  outShape: readonly number[],
): Window | null {
  if (xShape.length !== 4) return null;
  const axes = [0, 1].map((i): Axis => {
    const [size, out, filter] = [xShape[i + 1]!, outShape[i + 2]!, filterShape[i]!];
    const stride = (strides as readonly number[])[i]!;
    const given = pads as readonly number[];
    const [before, after] =
      auto_pad === "SAME_UPPER" ? samePadding(size, filter, stride) : [given[i]!, given[i + 2]!];
    return { size, out, filter, stride, dilation: 1, before, after };
  });
  return { axes, same: auto_pad === "SAME_UPPER" };
}
