import { ShapeError } from "./errors.js";

export type DType = "float32" | "int32" | "int64" | "uint8" | "bool";
export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** The typed array that holds a dtype's elements; bool is one byte an element. */
export const arrayTypes = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** Elements of a dtype in row-major order, with their shape. */
export class NdArray<T extends TypedArray = Float32Array> {
  /** @throws ShapeError when data.length is not the product of the shape */
  constructor(
    readonly data: T,
    readonly shape: readonly number[],
  ) {
    if (data.length !== sizeOf(shape) || !shape.every(Number.isInteger)) {
      throw new ShapeError(
        `NdArray: ${data.length} elements do not fill the shape [${shape}], which has ${sizeOf(shape)}`,
      );
    }
  }

  /** Number of rows: the first axis. */
  get length(): number {
    return this.shape[0] ?? 1;
  }

  /** The same shape in bytes, for pixels: rounded to the nearest, clamped to 0 to 255. */
  toUint8(): NdArray<Uint8Array> {
    const bytes = Uint8ClampedArray.from(this.data as Float32Array);
    return makeArray(new Uint8Array(bytes.buffer), this.shape);
  }

  /** Row i as a view of the same memory, shape [1, ...rest], so that it can be passed on as a batch of one. */
  row(i: number): NdArray<T> {
    return this.rows(i, i + 1);
  }

  /** Rows [start, end) as a view of the same memory. @throws ShapeError when out of range */
  rows(start: number, end: number): NdArray<T> {
    if (
      !(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= this.length)
    ) {
      throw new ShapeError(`NdArray: rows ${start} to ${end} are not within the ${this.length} there are`);
    }
    const stride = sizeOf(this.shape.slice(1));
    const view = this.data.subarray(start * stride, end * stride) as T;
    return makeArray(view, [end - start, ...this.shape.slice(1)]);
  }

  /** What stands in JSON: the shape, and plain numbers in row-major order. */
  toJSON(): { shape: readonly number[]; data: number[] } {
    return { shape: this.shape, data: Array.from(this.data, Number) };
  }
}

/** A class that names itself gets another name from bundlers, which people would see in their consoles. */
function makeArray<T extends TypedArray>(data: T, shape: readonly number[]): NdArray<T> {
  return new NdArray(data, shape);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Join arrays along their first axis. */
export function concatRows<T extends TypedArray>(parts: readonly NdArray<T>[]): NdArray<T> {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + part.length, 0);
  const shape = [rows, ...first.shape.slice(1)];
  const data = new (first.data.constructor as new (length: number) => T)(sizeOf(shape));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data as never, offset);
    offset += part.data.length;
  }
  return new NdArray(data, shape);
}
