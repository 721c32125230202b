import { DataError, UsageError } from "@vaekit/infer";
import { type Rows, rowsOf } from "@vaekit/latent";
import { shown } from "../wording.js";

/** Numbers [rows, columns], row-major: one row per example. The metrics compute in double precision. */
export interface Matrix {
  values: Float32Array | Float64Array;
  rows: number;
  columns: number;
}

/** @throws DataError when the values do not fill the shape, or one of them is not finite (names the first) */
export function checkMatrix(what: string, { values, rows, columns }: Matrix): void {
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0)) {
    throw new DataError(`${what}: needs at least one row and one column, got [${rows}, ${columns}]`);
  }
  if (values.length !== rows * columns) {
    throw new DataError(`${what}: ${values.length} values do not fill [${rows}, ${columns}]`);
  }
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new DataError(
      `${what}: row ${Math.floor(at / columns)}, column ${at % columns} is ${values[at]}; all must be finite`,
    );
  }
}

/** @throws UsageError unless value is a whole number from `least` */
export function checkCount(what: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new UsageError(`${what} must be a whole number from ${least}, got ${shown(value)}`);
}

/** The rows at `indices`, in double precision. */
export function takeRows({ values, columns }: Matrix, indices: ArrayLike<number>): Matrix {
  const taken = new Float64Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * columns;
    taken.set(values.subarray(start, start + columns), i * columns);
  }
  return { values: taken, rows: indices.length, columns };
}

/** One column, in double precision. */
export function columnOf({ values, rows, columns }: Matrix, column: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => values[i * columns + column]!);
}

/** As @vaekit/latent takes it: in single precision. */
export function rowsOfMatrix({ values, columns }: Matrix): Rows {
  return rowsOf(values instanceof Float32Array ? values : Float32Array.from(values), columns);
}
