import { expect } from "../errors.js";
import type { Elements, Tensor } from "../tensor.js";

/**
 * A matrix [rows, columns] of weights as the upper halves of doubles, one word each. A double read at every fourth byte
 * is a weight: its lower half is the weight before it, whose worth, below 2^-20 of the weight, is taken into account
 * when the upper half is chosen. So weights are off by at most 2^-21 of themselves, take no more memory than float32,
 * and need no conversion, which in JavaScript costs as much as the product.
 */
export interface Weights {
  words: DataView;
  rows: number;
  columns: number;
}

/** 2^-200: to any sum a zero, while a word of zeros would make a subnormal number, which processors are slow with. */
const nothing = 0x33700000;

const packs = new WeakMap<Elements, Map<string, Weights>>();

/**
 * Weights of a constant, arranged once for all plans. key: tells arrangements of the same constant apart
 * @throws TinyError when the tensor is computed, or holds an infinity or NaN
 */
export function weightsOf(
  tensor: Tensor,
  key: string,
  [rows, columns]: readonly [number, number],
  at: (row: number, column: number) => number,
): Weights {
  expect(tensor.constant && tensor.dtype === "float32", "its weights must be float32 constants");
  const ways = packs.get(tensor.data) ?? new Map<string, Weights>();
  packs.set(tensor.data, ways);
  const made = ways.get(key) ?? { words: pack(rows, columns, at), rows, columns };
  ways.set(key, made);
  return made;
}

/** Upper halves of doubles follow their lower ones: every machine that JavaScript runs on today is little-endian. */
function pack(rows: number, columns: number, at: (row: number, column: number) => number): DataView {
  const words = new Uint32Array(rows * columns + 1);
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  for (let row = 0, place = 1; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) {
      const weight = at(row, column);
      if (!Number.isFinite(weight)) expect(false, "a weight is infinite or not a number");
      double[0] = weight;
      const surplus = halves[0]! - words[place - 1]!;
      const rounding = surplus > 2 ** 31 ? 1 : surplus < -(2 ** 31) ? -1 : 0;
      words[place] = weight === 0 ? nothing : halves[1]! + rounding;
    }
  }
  return new DataView(words.buffer);
}

/** What a product works with: which rows it takes, how much of each, and sums of the columns. */
export interface Work {
  rows: Int32Array;
  factors: Float64Array;
  sums: Float64Array;
}

export function workFor({ rows, columns }: Weights): Work {
  return {
    rows: new Int32Array(rows + 3),
    factors: new Float64Array(rows + 3),
    sums: new Float64Array(columns),
  };
}

/** How many of the inputs x[start], x[start + step], ... are not zero (of a ReLU's half are), noted in work. */
export function collect(
  x: Elements,
  start: number,
  step: number,
  { rows: count, columns }: Weights,
  { rows, factors }: Work,
): number {
  let found = 0;
  for (let row = 0, at = start; row < count; row++, at += step) {
    const value = x[at]!;
    if (value !== 0) {
      rows[found] = row * columns * 4;
      factors[found++] = value;
    }
  }
  return found;
}

/**
 * work.sums[j] += the sum over the `found` rows i of factors[i] * weights[rows[i]][j]. Twelve rows at a time, so that a
 * sum is read and written once for twelve products; then four, the last of them with factors of 0.
 */
export function accumulate({ words, columns }: Weights, { rows, factors, sums }: Work, found: number): void {
  let i = 0;
  for (; i + 12 <= found; i += 12) {
    const f0 = factors[i]!;
    const f1 = factors[i + 1]!;
    const f2 = factors[i + 2]!;
    const f3 = factors[i + 3]!;
    const f4 = factors[i + 4]!;
    const f5 = factors[i + 5]!;
    const f6 = factors[i + 6]!;
    const f7 = factors[i + 7]!;
    const f8 = factors[i + 8]!;
    const f9 = factors[i + 9]!;
    const f10 = factors[i + 10]!;
    const f11 = factors[i + 11]!;
    const r0 = rows[i]!;
    const r1 = rows[i + 1]!;
    const r2 = rows[i + 2]!;
    const r3 = rows[i + 3]!;
    const r4 = rows[i + 4]!;
    const r5 = rows[i + 5]!;
    const r6 = rows[i + 6]!;
    const r7 = rows[i + 7]!;
    const r8 = rows[i + 8]!;
    const r9 = rows[i + 9]!;
    const r10 = rows[i + 10]!;
    const r11 = rows[i + 11]!;
    for (let j = 0, k = 0; j < columns; j++, k += 4) {
      sums[j] =
        sums[j]! +
        f0 * words.getFloat64(r0 + k, true) +
        f1 * words.getFloat64(r1 + k, true) +
        f2 * words.getFloat64(r2 + k, true) +
        f3 * words.getFloat64(r3 + k, true) +
        f4 * words.getFloat64(r4 + k, true) +
        f5 * words.getFloat64(r5 + k, true) +
        f6 * words.getFloat64(r6 + k, true) +
        f7 * words.getFloat64(r7 + k, true) +
        f8 * words.getFloat64(r8 + k, true) +
        f9 * words.getFloat64(r9 + k, true) +
        f10 * words.getFloat64(r10 + k, true) +
        f11 * words.getFloat64(r11 + k, true);
    }
  }
  for (let more = found; more % 4 !== 0; more++) {
    rows[more] = 0;
    factors[more] = 0;
  }
  for (; i < found; i += 4) {
    const f0 = factors[i]!;
    const f1 = factors[i + 1]!;
    const f2 = factors[i + 2]!;
    const f3 = factors[i + 3]!;
    const r0 = rows[i]!;
    const r1 = rows[i + 1]!;
    const r2 = rows[i + 2]!;
    const r3 = rows[i + 3]!;
    for (let j = 0, k = 0; j < columns; j++, k += 4) {
      sums[j] =
        sums[j]! +
        f0 * words.getFloat64(r0 + k, true) +
        f1 * words.getFloat64(r1 + k, true) +
        f2 * words.getFloat64(r2 + k, true) +
        f3 * words.getFloat64(r3 + k, true);
    }
  }
}
