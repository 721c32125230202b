import { type Condition, conditionSize } from "./bundle/condition.js";
import { firstNotFinite, notFinite } from "./check.js";
import { UsageError } from "./errors.js";
import { NdArray, type TypedArray } from "./nd-array.js";

/**
 * What a conditional model is told, for one row, which then holds for all, or for each: labels as integers, or rows
 * [batch, size] of numbers (one-hot labels or mixtures of them, columns in their own units).
 */
export type Conditions = NdArray<TypedArray> | TypedArray | readonly number[];

/**
 * c as the graphs take it, [rows, size] float32; null where the model takes none.
 * @throws UsageError for c that is missing, not asked for, of another size, or no such label
 */
export function conditionRows(
  call: string,
  condition: Condition | null,
  c: Conditions | undefined,
  rows: number,
): NdArray | null {
  if (!condition) {
    if (c === undefined) return null;
    throw new UsageError(`${call}: c was given, but this model is not conditional. Leave c out.`);
  }
  const size = conditionSize(condition);
  const given = (c instanceof NdArray ? c.data : c) as ArrayLike<number>;
  const wrong = (why: string) =>
    new UsageError(`${call}: c ${why}. Give ${whatToGive(condition)}, one for all rows or one for each.`);
  if (c === undefined) throw wrong("is missing: this model is conditional");
  if (Object(given) !== given || !(given.length >= 0)) throw wrong(`is ${JSON.stringify(c)}`);
  const labels = condition.kind === "labels" && !(given instanceof Float32Array);
  const table = labels ? oneHot(call, given, size) : Float32Array.from(given, Number);
  const count = table.length / size;
  // As many floats as rows and classes: labels by mistake, or one row for all.
  if (condition.kind === "labels" && rows > 1 && count === 1 && size === rows && !(c instanceof NdArray)) {
    throw wrong("may be labels or one row: put a row into an NdArray [1, size]");
  }
  const shaped = !(c instanceof NdArray) || `${c.shape}` === `${labels ? [count] : [count, size]}`;
  if (!shaped || (count !== 1 && count !== rows)) {
    throw wrong(`is ${c instanceof NdArray ? `[${c.shape}]` : `${given.length} numbers`} for ${rows} rows`);
  }
  const at = firstNotFinite(table);
  if (at >= 0) throw new UsageError(`${call}: c: ${notFinite(table, at, size)}`);
  if (count === rows) return new NdArray(table, [rows, size]);
  const repeated = new Float32Array(rows * size);
  for (let i = 0; i < rows; i++) repeated.set(table, i * size);
  return new NdArray(repeated, [rows, size]);
}

function oneHot(call: string, labels: ArrayLike<number>, classes: number): Float32Array {
  const out = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) {
    const given: unknown = labels[i];
    const label = typeof given === "bigint" ? Number(given) : given;
    if (!(Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes)) {
      throw new UsageError(`${call}: c: label ${i} is ${given}; this model knows 0 to ${classes - 1}.`);
    }
    out[i * classes + (label as number)] = 1;
  }
  return out;
}

function whatToGive(condition: Condition): string {
  if (condition.kind === "labels") {
    return `labels, integers from 0 to ${condition.classes - 1} such as c: [0], or one-hot rows of ${condition.classes} in a Float32Array`;
  }
  return `rows of ${condition.names.length} numbers, ${condition.names.join(", ")}, in their own units`;
}
