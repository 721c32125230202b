import type { Node } from "../ir/node.js";
import { sameDim, type Value } from "../ir/value.js";
import { type Floats, isFloats, smallSize } from "./constant.js";
import type { Site } from "./pass.js";

/** Where channels are: of the weight, of x and of the result. */
export interface WeightAxes {
  /** Axes of the weight, 0 and 1. */
  in: number;
  out: number;
  groups: number;
  /** Axis of x, and of the result. */
  channelsIn: number;
  channelsOut: number;
}

/** A product of x with a weight, and a bias where the operator takes one. */
export interface Product {
  node: Node;
  x: Value;
  weight: Value;
  bias: Value | null;
  takesBias: boolean;
  axes: WeightAxes;
}

type Reader = (node: Node) => WeightAxes | null;

const plainGemm = ({ attributes: { alpha, beta, transA = 0 } }: Node) =>
  [alpha, beta].every((factor) => factor === undefined || (factor as { float: number }).float === 1) &&
  transA === 0;

const convolution =
  (transposed: boolean): Reader =>
  ({ attributes, inputs }) => {
    const groups = (attributes.group as number | undefined) ?? 1;
    const rank = inputs[1]!.rank;
    if (rank < 3 || inputs.length > 3) return null;
    const [into, out] = transposed ? [0, 1] : [1, 0];
    return { in: into, out, groups, channelsIn: 1, channelsOut: 1 };
  };

const readers: Readonly<Record<string, Reader>> = {
  Gemm: (node) => {
    if (!plainGemm(node)) return null;
    const turned = node.attributes.transB === 1;
    return { in: turned ? 1 : 0, out: turned ? 0 : 1, groups: 1, channelsIn: 1, channelsOut: 1 };
  },
  MatMul: ({ inputs: [a, b] }) =>
    b!.rank === 2 && a!.rank >= 2
      ? { in: 0, out: 1, groups: 1, channelsIn: a!.rank - 1, channelsOut: a!.rank - 1 }
      : null,
  Conv: convolution(false),
  ConvTranspose: convolution(true),
};

/** A node as a product with a weight; null for other operators and other dtypes. */
export function productOf(node: Node | null): Product | null {
  if (!node || !Object.hasOwn(readers, node.op)) return null;
  const [x, weight, bias = null] = node.inputs as [Value, Value, Value | null];
  const axes = weight.dtype === "float32" ? readers[node.op]!(node) : null;
  return axes && { node, x, weight, bias, takesBias: node.op !== "MatMul", axes };
}

/** The weight where it is a constant that is this product's own, or small: it may be replaced by another. */
export function ownWeight({ weight }: Product, { uses }: Site): Floats | null {
  if (!isFloats(weight)) return null;
  return weight.data.length <= smallSize || (uses.get(weight)?.length ?? 1) <= 1 ? weight : null;
}

export function channels({ node, axes }: Product): number | null {
  const size = node.outputs[0]!.shape[axes.channelsOut]!;
  return typeof size === "number" ? size : null;
}

/** A constant bias as one number for each output channel; zeros where there is none; null where it is computed. */
export function biasOf({ bias }: Product, size: number): Float32Array | null {
  if (!bias) return new Float32Array(size);
  if (!isFloats(bias)) return null;
  if (bias.data.length === 1) return new Float32Array(size).fill(bias.data[0]!);
  return sameDim(bias.shape.at(-1)!, size) && bias.data.length === size ? bias.data : null;
}

/**
 * A weight with each element replaced, given its input and output channel. The two channel axes come first; the first
 * of them counts over all groups, the second within one.
 */
export function eachWeight(
  weight: Floats,
  axes: WeightAxes,
  f: (element: number, input: number, output: number) => number,
): Float32Array {
  const [rows, columns] = weight.shape as readonly [number, number];
  const inner = weight.data.length / (rows * columns);
  const inFirst = axes.in < axes.out;
  const perGroup = rows / axes.groups;
  const out = new Float32Array(weight.data.length);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const before = Math.floor(row / perGroup) * columns;
    for (let column = 0; column < columns; column++) {
      const [input, output] = inFirst ? [row, before + column] : [before + column, row];
      for (let i = 0; i < inner; i++, at++) out[at] = f(weight.data[at]!, input, output);
    }
  }
  return out;
}
