import { type ElementArray, elementArrays } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, Value } from "../ir/value.js";

/** Constants of up to this many elements may be copied or computed as a pass likes: they make no file large. */
export const smallSize = 1024;

export type Constant = Value & { readonly data: ElementArray };
export type Floats = Value & { readonly data: Float32Array };

export function isConstant(value: Value | null | undefined): value is Constant {
  return value?.data != null;
}

export function isFloats(value: Value | null | undefined): value is Floats {
  return value?.dtype === "float32" && value.data != null;
}

/** A float32 or integer constant of one element. */
export function scalarOf(value: Value | null | undefined): number | null {
  return isConstant(value) && value.data.length === 1 && value.dtype !== "float16"
    ? Number(value.data[0])
    : null;
}

/** The elements of a constant int64 or int32 list; null where it is computed. */
export function intsOf(value: Value | null | undefined): number[] | null {
  return isConstant(value) ? Array.from(value.data as ArrayLike<number>, Number) : null;
}

/** The same elements under another shape. */
export function reshaped(value: Constant, shape: readonly number[]): Value {
  return new Value(value.dtype, shape, value.data, value.name);
}

/** float32 of a shape, under the name of the constant that it came from. */
export function floats(graph: Graph, data: ArrayLike<number>, shape: readonly number[], from?: Value): Value {
  const array = data instanceof Float32Array ? data : Float32Array.from(data);
  return graph.constant("float32", array, shape, from?.name ?? null);
}

/** A constant with its axes in another order: axis i of the result is axis perm[i]. */
export function transposed(value: Constant, perm: readonly number[]): Value {
  const shape = staticShape(value);
  const data = transposeData(value.data, shape, perm);
  return new Value(
    value.dtype,
    perm.map((axis) => shape[axis]!),
    data,
    value.name,
  );
}

/** Row-major elements with their axes in another order. Axes that stay together move as one. */
export function transposeData<A extends ElementArray>(
  data: A,
  shape: readonly number[],
  perm: readonly number[],
): A {
  const strides = stridesOf(shape);
  const axes: { size: number; stride: number }[] = [];
  for (const axis of perm) {
    const [size, stride, last] = [shape[axis]!, strides[axis]!, axes.at(-1)];
    if (size === 1) continue;
    if (last && last.stride === stride * size) axes[axes.length - 1] = { size: last.size * size, stride };
    else axes.push({ size, stride });
  }
  const out = new (data.constructor as new (n: number) => A)(data.length);
  if (data.length === 0) return out;
  while (axes.length < 2) axes.unshift({ size: 1, stride: 0 });
  gather(data as Float32Array, out as Float32Array, axes);
  return out;
}

/** Tiles of the two innermost axes, so that reads a stride apart find their cache line still there. */
const tile = 32;

function gather(
  data: Float32Array,
  out: Float32Array,
  axes: readonly { size: number; stride: number }[],
): void {
  const [rows, columns] = axes.slice(-2) as [(typeof axes)[0], (typeof axes)[0]];
  const outer = axes.slice(0, -2);
  const index = outer.map(() => 0);
  const block = rows.size * columns.size;
  let from = 0;
  for (let to = 0; to < out.length; to += block) {
    for (let r0 = 0; r0 < rows.size; r0 += tile) {
      const r1 = Math.min(r0 + tile, rows.size);
      for (let c0 = 0; c0 < columns.size; c0 += tile) {
        const c1 = Math.min(c0 + tile, columns.size);
        for (let r = r0; r < r1; r++) {
          let source = from + r * rows.stride + c0 * columns.stride;
          const row = to + r * columns.size;
          for (let c = c0; c < c1; c++) {
            out[row + c] = data[source]!;
            source += columns.stride;
          }
        }
      }
    }
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      from += outer[axis]!.stride;
      index[axis]! += 1;
      if (index[axis]! < outer[axis]!.size) break;
      from -= index[axis]! * outer[axis]!.stride;
      index[axis] = 0;
    }
  }
}

/** Elements to the next index along each axis, row-major. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** An array of a constant's type. */
export function arrayFor(value: Pick<Value, "dtype">, size: number): ElementArray {
  return new elementArrays[value.dtype](size);
}
