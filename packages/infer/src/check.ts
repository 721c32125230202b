import { ShapeError } from "./errors.js";
import { arrayTypes, type DType, NdArray, sizeOf, type TypedArray } from "./nd-array.js";

export interface RowSpec {
  /** One row's shape, without batch. */
  shape: readonly number[];
  dtype: DType;
  /** The axes' names, for errors. */
  axes: string;
}

/**
 * Rows for a model, checked: dtype, rank, shape, at least one row, no NaN or infinity.
 * @throws ShapeError that names what was expected, what came, and what to do
 */
export function checkRows(
  where: string,
  rows: NdArray<TypedArray> | TypedArray,
  { shape, dtype, axes }: RowSpec,
): NdArray<TypedArray> {
  const expected = () => `[batch, ${axes}] = [batch, ${shape.join(", ")}] ${dtype}`;
  const data = rows instanceof NdArray ? rows.data : rows;
  if (!(data instanceof arrayTypes[dtype])) {
    const given =
      data === undefined || data === null
        ? `${data}`
        : `a${Array.isArray(data) ? "n" : ""} ${(data as object).constructor?.name ?? typeof data}`;
    const cure =
      dtype === "uint8"
        ? "Give pixels 0 to 255 in a Uint8Array; readImages makes them of files."
        : `Give a ${arrayTypes[dtype].name}.`;
    throw new ShapeError(`${where}: expected ${expected()}, got ${given}. ${cure}`);
  }
  const size = sizeOf(shape);
  if (!(rows instanceof NdArray) && data.length % size !== 0) {
    throw new ShapeError(
      `${where}: expected ${expected()}, got ${data.length} elements, which is not a whole number of rows of ${size}.`,
    );
  }
  const array = rows instanceof NdArray ? rows : new NdArray(data, [data.length / size, ...shape]);
  if (array.shape.length !== shape.length + 1 || shape.some((n, i) => array.shape[i + 1] !== n)) {
    const hint =
      array.shape.length === shape.length ? " A single example needs a batch axis of 1 in front." : "";
    throw new ShapeError(`${where}: expected ${expected()}, got [${array.shape}].${hint}`);
  }
  if (array.length === 0) throw new ShapeError(`${where}: expected ${expected()}, got no rows at all.`);
  if (data instanceof Float32Array) {
    const at = firstNotFinite(data);
    if (at >= 0) {
      throw new ShapeError(
        `${where}: row ${Math.floor(at / size)} holds ${data[at]} at element ${at % size}; only finite numbers can be used.`,
      );
    }
  }
  return array;
}

/** -1 where all are finite. A plain loop: each call of the model goes through it. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}
