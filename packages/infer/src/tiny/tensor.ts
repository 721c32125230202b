import type { DType } from "../nd-array.js";

export { sizeOf as product } from "../nd-array.js";

/** Element types that stored weights may have beside those that inputs and outputs have. */
export type Element = DType | "int8" | "float16";
export type Elements = Float32Array | Float64Array | Uint8Array | Int8Array;

/** Half precision is widened when it is read; integers are held as doubles, exact to 2^53. */
const arrays = {
  float32: Float32Array,
  float16: Float32Array,
  int64: Float64Array,
  int32: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const;

export interface Tensor {
  dtype: Element;
  shape: readonly number[];
  /** Row-major. */
  data: Elements;
  /** Known when the plan is made; never written again. */
  constant: boolean;
}

export const bytesPer = (dtype: Element): number => arrays[dtype].BYTES_PER_ELEMENT;

export function elements(dtype: Element, size: number): Elements {
  return new arrays[dtype](size);
}

/** Row-major strides, in elements. */
export function strides(shape: readonly number[]): number[] {
  const steps = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

/** For each element of shape in row-major order, start + the sum of its coordinates times steps. */
export function indices(shape: readonly number[], steps: readonly number[], start = 0): Int32Array {
  let table = Int32Array.of(start);
  shape.forEach((size, axis) => {
    const wider = new Int32Array(table.length * size);
    for (let i = 0, at = 0; i < table.length; i++)
      for (let k = 0; k < size; k++) wider[at++] = table[i]! + k * steps[axis]!;
    table = wider;
  });
  return table;
}
