import { ShapeError } from "./errors.js";
import { arrayTypes, type DType, NdArray, sizeOf, type TypedArray } from "./nd-array.js";

export interface RowSpec {
  /** One row's shape, without batch. */
  shape: readonly number[];
  dtype: DType;
  /** The axes' names, for errors. */
  axes: string;
  /** What to give in place of something else. Default: the name of the dtype's array. */
  cure?: string;
}

/**
 * Rows for a model, checked: dtype, rank, shape, at least one row, no NaN or infinity.
 * @throws ShapeError that names what was expected, what came, and what to do
 */
export function checkRows(
  where: string,
  rows: NdArray<TypedArray> | TypedArray,
  { shape, dtype, axes, cure }: RowSpec,
): NdArray<TypedArray> {
  const expected = () => `[batch, ${axes}] = [batch, ${shape.join(", ")}] ${dtype}`;
  const data = rows instanceof NdArray ? rows.data : rows;
  if (!(data instanceof arrayTypes[dtype])) {
    const given =
      data === undefined || data === null
        ? `${data}`
        : `a${Array.isArray(data) ? "n" : ""} ${(data as object).constructor?.name ?? typeof data}`;
    throw new ShapeError(
      `${where}: expected ${expected()}, got ${given}. ${cure ?? `Give a ${arrayTypes[dtype].name}.`}`,
    );
  }
  const size = sizeOf(shape);
  if (!(rows instanceof NdArray) && data.length % size !== 0) {
    throw new ShapeError(
      `${where}: expected ${expected()}, got ${data.length} elements, no whole number of rows of ${size}.`,
    );
  }
  const array = rows instanceof NdArray ? rows : new NdArray(data, [data.length / size, ...shape]);
  if (array.shape.length !== shape.length + 1 || shape.some((n, i) => array.shape[i + 1] !== n)) {
    const hint =
      array.shape.length === shape.length ? " A single example needs a batch axis of 1 in front." : "";
    throw new ShapeError(`${where}: expected ${expected()}, got [${array.shape}].${hint}`);
  }
  if (data.length !== sizeOf(array.shape)) throw new ShapeError(`${where}: its memory was transferred.`);
  if (array.length === 0) throw new ShapeError(`${where}: expected ${expected()}, got no rows at all.`);
  if (data instanceof Float32Array) {
    const at = firstNotFinite(data);
    if (at >= 0) throw new ShapeError(`${where}: ${notFinite(data, at, size)}`);
  }
  return array;
}

/** Checked rows in memory of their own: the caller may change or give away theirs while the model runs. */
export function ownRows(
  where: string,
  rows: NdArray<TypedArray> | TypedArray,
  spec: RowSpec,
): NdArray<TypedArray> {
  const { data, shape } = checkRows(where, rows, spec);
  // Not slice(): on a Node Buffer that is a view of the same memory.
  return new NdArray(new arrayTypes[spec.dtype](data as never), shape);
}

export function notFinite(values: Float32Array, at: number, size: number): string {
  return `row ${Math.floor(at / size)} holds ${values[at]} at element ${at % size}; only finite numbers can be used.`;
}

/** -1 where all are finite. A plain loop: each call of the model goes through it. */
export function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}
