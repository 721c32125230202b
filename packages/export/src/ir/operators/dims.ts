import { GraphError } from "../../errors.js";
import { addDims, floorDim, multiplyDims } from "../dim.js";
import type { ElementType } from "../element.js";
import { type Dim, type Shape, sameDim, type Value } from "../value.js";

/** Numpy broadcasting. @throws GraphError when the shapes do not fit */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === 1) return y;
    if (y === 1 || sameDim(x, y)) return x;
    throw new GraphError("the shapes do not broadcast");
  });
}

/** @throws GraphError when the dtypes differ */
export function sameDType(a: Value, b: Value): ElementType {
  if (a.dtype !== b.dtype) throw new GraphError("the dtypes differ");
  return a.dtype;
}

/** The elements of a constant shape, axis or size. @throws GraphError when it is computed */
export function numbers(value: Value): number[] {
  if (!value.data) throw new GraphError("a shape or axis input is not a constant", { computed: true });
  return Array.from(value.data as ArrayLike<number>, Number);
}

/** Axes from 0: ONNX counts negative ones from the end. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export { addDims, floorDim, subtractDims } from "../dim.js";

export function scaleDim(dim: Dim, by: number): Dim {
  return multiplyDims(dim, by);
}

/** ceil(dim / over). */
export function ceilDim(dim: Dim, over: number): Dim {
  return floorDim(addDims(dim, over - 1), over);
}
