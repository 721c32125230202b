import type { Tensor } from "@tensorflow/tfjs-core";
import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";

/** The value as tfjs's own checks take it, which read its shape and dtype. */
export function infoOf(x: Value): Tensor {
  return { shape: staticShape(x), dtype: x.dtype, rank: x.rank } as unknown as Tensor;
}

/** x as another dtype; x itself where it is one already. */
export function castTo(x: Value, dtype: Value["dtype"], graph: Graph): Value {
  return x.dtype === dtype ? x : graph.op("Cast", [x], { attributes: { to: onnxTypes[dtype] } });
}

/** Reshape to a static shape. In Reshape's own input a 0 would mean "as before", so what has no elements is made anew. */
export function reshape(x: Value, shape: readonly number[], graph: Graph): Value {
  if (shape.includes(0)) return filled(0, x.dtype, shape, graph);
  return graph.op("Reshape", [x, graph.ints(shape)]);
}

/** A constant of one value everywhere: a scalar, expanded, so that no copy per element is stored. */
export function filled(value: number, dtype: Value["dtype"], shape: readonly number[], graph: Graph): Value {
  const scalar = graph.scalar(value, dtype as "float32");
  return shape.length === 0 ? scalar : graph.op("Expand", [scalar, graph.ints(shape)]);
}

/** Axes as tfjs gives them (one, several, negative, none for all), as a list of non-negative numbers. */
export function axesOf(x: Value, axis: number | readonly number[] | null | undefined): number[] {
  const axes = axis == null ? [...x.shape.keys()] : typeof axis === "number" ? [axis] : [...axis];
  return axes.map((a) => (a < 0 ? a + x.rank : a));
}

/** The sizes of a rearranged tensor, for kernels that give -1 for "the rest". */
export function resolveSizes(x: Value, shape: readonly number[]): number[] {
  const total = staticShape(x).reduce((product, n) => product * n, 1);
  const known = shape.reduce((product, n) => (n < 0 ? product : product * n), 1);
  return shape.map((n) => (n < 0 ? total / known : n));
}
