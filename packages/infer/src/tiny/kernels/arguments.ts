import { expect } from "../errors.js";
import type { Tensor } from "../tensor.js";
import type { Call } from "./types.js";

/** The i-th input. @throws TinyError when it is left out */
export function input({ inputs }: Call, i: number): Tensor {
  const tensor = inputs[i];
  expect(tensor, `input ${i} is missing`);
  return tensor;
}

/** The numbers of an input that must be known before the model runs; null when it is left out. */
export function known({ inputs }: Call, i: number): number[] | null {
  const tensor = inputs[i];
  if (!tensor) return null;
  expect(tensor.constant, `input ${i} is computed; here it must be a constant`);
  return Array.from(tensor.data);
}

/** An attribute of the same type as its standard value. @throws TinyError for one of another */
function attribute<T extends number | string | readonly number[]>(
  { attributes }: Call,
  name: string,
  standard: T,
): T {
  const value = attributes.get(name) ?? standard;
  expect(typeof value === typeof standard, `attribute ${name} is no ${typeof standard}`);
  return value as T;
}

export const number = attribute<number>;
export const numbers = attribute<readonly number[]>;
export const word = attribute<string>;

/** An axis counted from the front. @throws TinyError when there is none such */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  expect(Number.isInteger(at) && at >= 0 && at < rank, `there is no axis ${axis} among ${rank}`);
  return at;
}
