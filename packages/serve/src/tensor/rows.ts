import {
  type Condition,
  conditionRows,
  conditionSize,
  NdArray,
  sizeOf,
  type TypedArray,
} from "@vaekit/infer";
import { badRequest, RequestError } from "../errors.js";
import type { TensorSpec } from "./datatypes.js";
import { describe, elementsOfJson } from "./from-json.js";

/**
 * Rows as people write them in JSON: nested by the shape, one flat array for each row, or all numbers in one.
 * @throws RequestError for other counts, or more rows than a request may have
 */
export function rowsOfJson(value: unknown, spec: TensorSpec, most: number): NdArray<TypedArray> {
  const { name, row, dtype } = spec;
  const size = sizeOf(row);
  if (!Array.isArray(value) || value.length === 0) {
    throw badRequest(`${name}: rows of [${row}] expected, got ${describe(value)}`);
  }
  const nested = Array.isArray(value[0]);
  if (!nested && value.length % size !== 0) {
    throw badRequest(`${name}: ${value.length} numbers are not a whole number of rows of ${size}`);
  }
  const rows = nested ? value.length : value.length / size;
  checkCount(name, rows, most);
  const flatRows = nested && !Array.isArray(value[0][0]);
  const elements = elementsOfJson(name, value, flatRows ? [rows, size] : [rows, ...row], dtype);
  return new NdArray<TypedArray>(elements, [rows, ...row]);
}

export function checkCount(name: string, rows: number, most: number): void {
  if (rows > most) throw new RequestError(413, `${name}: ${rows} rows, a request may have at most ${most}`);
}

/**
 * What a conditional model is told, for each of the rows: labels or columns in a plain array, or nested rows of numbers.
 * @throws RequestError or UsageError for c that is missing, not asked for, or does not fit
 */
export function conditionsOfJson(
  call: string,
  condition: Condition | null,
  value: unknown,
  rows: number,
): { c?: NdArray } {
  const c = conditionRows(
    call,
    condition,
    condition ? givenConditions(condition, value) : absent(call, value),
    rows,
  );
  return c ? { c } : {};
}

function givenConditions(condition: Condition, value: unknown): NdArray | number[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badRequest(`c: an array expected, got ${describe(value)}`);
  if (Array.isArray(value[0])) {
    const shape = [value.length, conditionSize(condition)];
    return new NdArray(elementsOfJson("c", value, shape, "float32") as Float32Array, shape);
  }
  const at = value.findIndex((part) => typeof part !== "number");
  if (at >= 0) throw badRequest(`c: element ${at} must be a number, got ${describe(value[at])}`);
  return value as number[];
}

function absent(call: string, value: unknown): undefined {
  if (value !== undefined) {
    throw badRequest(`${call}: c was given, but this model is not conditional. Leave c out.`);
  }
}
