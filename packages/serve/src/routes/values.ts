import { badRequest } from "../errors.js";
import { isObject, parseJson } from "../protocol/json.js";
import { describe } from "../tensor/from-json.js";

export type Values = Readonly<Record<string, unknown>>;

/** A body's JSON object. @throws RequestError for another, or names that the call does not have */
export function valuesOfBody(bytes: Uint8Array, known: readonly string[], ifBinary?: string): Values {
  const values = parseJson(bytes, ifBinary);
  if (!isObject(values))
    throw badRequest(`a JSON object with ${known.join(", ")} expected, got ${describe(values)}`);
  return checkNames(values, known);
}

/**
 * What a query says: numbers, and lists of them with commas between.
 * @throws RequestError for what is no number, and for names that the call does not have
 */
export function valuesOfQuery(query: unknown, known: readonly string[]): Values {
  const values = checkNames(query as Values, known);
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => {
      if (typeof text !== "string") throw badRequest(`${name} is given more than once`);
      const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
      if (!numbers.every(Number.isFinite))
        throw badRequest(`${name} must be a number, got ${describe(text)}`);
      if (name !== "c" && numbers.length > 1)
        throw badRequest(`${name} must be one number, got ${describe(text)}`);
      return [name, name === "c" ? numbers : numbers[0]];
    }),
  );
}

export function seedOf(value: unknown): number | undefined {
  return value === undefined ? undefined : integerOf("seed", value, 0);
}

export function integerOf(name: string, value: unknown, from: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= from) return value;
  throw badRequest(`${name} must be an integer from ${from}, got ${describe(value)}`);
}

export function numberOf(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw badRequest(`${name} must be a number, got ${describe(value)}`);
}

function checkNames(values: Values, known: readonly string[]): Values {
  const stray = Object.keys(values).find((name) => !known.includes(name));
  if (stray === undefined) return values;
  throw badRequest(`there is no ${describe(stray)} here; there are ${known.join(", ")}`);
}
