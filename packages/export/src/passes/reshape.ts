import type { Graph } from "../ir/graph.js";
import { type Shape, sameDim, sameShape, type Value } from "../ir/value.js";

/**
 * x under another shape of the same elements: a size that stays where it was is copied (0), one other may be open.
 * null where Reshape cannot say it.
 */
export function reshapeTo(graph: Graph, x: Value, shape: Shape): Value | null {
  if (sameShape(x.shape, shape)) return x;
  if (shape.includes(0)) return null;
  const target = shape.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    return axis < x.rank && sameDim(dim, x.shape[axis]!) ? 0 : -1;
  });
  if (target.filter((n) => n === -1).length > 1) return null;
  return graph.op("Reshape", [x, graph.ints(target)], { outputs: [{ dtype: x.dtype, shape }] });
}

/** Transpose, or nothing where the order stays. */
export function transpose(graph: Graph, x: Value, perm: readonly number[]): Value {
  return perm.every((axis, i) => axis === i) ? x : graph.op("Transpose", [x], { attributes: { perm } });
}

/** Whether a new order of axes leaves the elements in theirs: only axes of size 1 change places. */
export function keepsOrder({ shape }: Value, perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]!);
}

/** Whether a shape is another with ones in front. */
export function leadingOnes(small: Value, reshaped: Value): boolean {
  const more = reshaped.rank - small.rank;
  if (more < 0 || !sameShape(reshaped.shape.slice(more), small.shape)) return false;
  return reshaped.shape.slice(0, more).every((n) => n === 1);
}
