import { DataError, ShapeError } from "./errors.js";

/** Numbers in row-major order with their shape, [rows, columns] unless a call says otherwise; NdArray of @vaekit/infer is one. */
export interface Rows {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Posteriors of examples as `encode` gives them: mu and logvar = ln sigma^2, [rows, latent] each. */
export interface Codes {
  readonly mu: Rows;
  readonly logvar: Rows;
}

/** One label per row: numbers or words. */
export type Labels = ArrayLike<number> | ArrayLike<string>;

export interface RowLimits {
  /** Fewest rows that the call can work with (default 1). */
  rows?: number;
  /** Why so many, for the error: "5 clusters". */
  because?: string;
  /** Columns that there must be. */
  columns?: number;
}

/**
 * Numbers as rows of so many columns; not copied.
 * @throws ShapeError for what is no Float32Array, or does not fill whole rows
 */
export function rowsOf(data: Float32Array, columns: number): Rows {
  if (!(data instanceof Float32Array)) {
    throw new ShapeError(`rowsOf: data must be a Float32Array, got ${describe(data)}`);
  }
  const whole = Number.isSafeInteger(columns) && columns >= 0;
  if (!whole || (data.length > 0 && data.length % columns !== 0)) {
    throw new ShapeError(`rowsOf: ${data.length} numbers do not fill rows of ${String(columns)} columns`);
  }
  return { data, shape: [columns === 0 ? 0 : data.length / columns, columns] };
}

/**
 * What a call was given, checked: float32 rows of rank 2, enough of them, each number finite.
 * call: the name of the call, for errors
 * @throws ShapeError for what is no [rows, columns] of float32; DataError for too few rows, NaN or infinity
 */
export function checkRows(
  call: string,
  points: Rows,
  { rows: least = 1, because = "", columns: wanted }: RowLimits = {},
): { data: Float32Array; rows: number; columns: number } {
  const { data, shape } = (points ?? {}) as Partial<Rows>;
  if (!(data instanceof Float32Array) || !Array.isArray(shape)) {
    throw new ShapeError(
      `${call}: points must be { data: Float32Array, shape: [rows, columns] }, got ${describe(points)}`,
    );
  }
  const [rows, columns] = shape as number[];
  if (shape.length !== 2 || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ShapeError(`${call}: points must have the shape [rows, columns], got [${shape}]`);
  }
  if (data.length !== rows! * columns!) {
    throw new ShapeError(
      `${call}: ${data.length} numbers do not fill the shape [${shape}], which has ${rows! * columns!}`,
    );
  }
  if (columns === 0) throw new ShapeError(`${call}: points have no columns, the shape is [${shape}]`);
  if (wanted !== undefined && columns !== wanted) {
    throw new ShapeError(`${call}: points must have ${wanted} columns, as what they go with; got ${columns}`);
  }
  if (rows! < least) {
    throw new DataError(
      `${call}: at least ${least} ${least === 1 ? "row is" : "rows are"} needed${because && ` for ${because}`}, got ${rows}. ` +
        "Give more rows, or ask for less.",
    );
  }
  checkFinite(call, data, columns!);
  return { data, rows: rows!, columns: columns! };
}

/** @throws ShapeError when mu and logvar differ in shape; DataError for NaN or infinity */
export function checkCodes(
  call: string,
  codes: Codes,
  limits: RowLimits = {},
): { mu: Float32Array; logvar: Float32Array; rows: number; latent: number } {
  if (!codes?.mu || !codes.logvar) {
    throw new ShapeError(
      `${call}: codes must be { mu, logvar }, rows of the same shape; got ${describe(codes)}`,
    );
  }
  const mu = checkRows(`${call}: mu`, codes.mu, limits);
  const logvar = checkRows(`${call}: logvar`, codes.logvar, { ...limits, columns: mu.columns });
  if (mu.rows !== logvar.rows) {
    throw new ShapeError(
      `${call}: mu has ${mu.rows} rows, logvar ${logvar.rows}; give those of the same examples`,
    );
  }
  return { mu: mu.data, logvar: logvar.data, rows: mu.rows, latent: mu.columns };
}

/** @throws DataError for labels of another number than rows */
export function checkLabels(call: string, labels: Labels, rows: number): void {
  if (labels?.length === rows) return;
  throw new DataError(`${call}: ${labels?.length ?? "no"} labels for ${rows} rows; give one for each row`);
}

/** Zero times a number is zero unless it is not finite; four sums run side by side, as one alone would wait for itself. */
function checkFinite(call: string, data: Float32Array, columns: number): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! * 0;
    b += data[i + 1]! * 0;
    c += data[i + 2]! * 0;
    d += data[i + 3]! * 0;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! * 0;
  if (a + b + c + d === 0) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new DataError(
    `${call}: row ${Math.floor(at / columns)}, column ${at % columns} is ${data[at]}; every number must be finite. ` +
      "Leave such rows out, or look for what made them.",
  );
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  const { data, shape } = value as { data?: object; shape?: unknown };
  if (data === undefined) return value.constructor?.name ?? "an object";
  return `data of ${data?.constructor?.name ?? data} with the shape ${Array.isArray(shape) ? `[${shape}]` : shape}`;
}
