import { sizeOf } from "@vaekit/infer";
import { badRequest } from "../errors.js";
import { datatypes, type Elements, type ElementType } from "./datatypes.js";

/**
 * Elements of a JSON array, flat in row-major order or nested as the shape says. The counts are checked before memory
 * is taken for them.
 * @throws RequestError that says which element is the matter, and what it should be
 */
export function elementsOfJson(
  where: string,
  data: unknown,
  shape: readonly number[],
  dtype: ElementType,
): Elements {
  if (!Array.isArray(data)) throw badRequest(`${where}: data must be an array, got ${describe(data)}`);
  const flat = !Array.isArray(data[0]);
  const lengths = flat ? [sizeOf(shape)] : shape;
  checkLengths(where, data, lengths, 0);
  const { allocate } = datatypes[dtype];
  const elements = allocate(sizeOf(shape));
  fill(where, data, lengths.length, elements, dtype, 0);
  return elements;
}

function checkLengths(where: string, data: unknown, lengths: readonly number[], depth: number): void {
  const length = lengths[depth]!;
  if (!Array.isArray(data)) {
    throw badRequest(
      `${where}: data is nested unevenly: an array of ${length} expected at depth ${depth + 1}, got ${describe(data)}`,
    );
  }
  if (data.length !== length) {
    throw badRequest(
      lengths.length === 1
        ? `${where}: ${length} elements expected, got ${data.length}`
        : `${where}: arrays of ${length} expected at depth ${depth + 1}, got one of ${data.length}`,
    );
  }
  if (depth + 1 === lengths.length) return;
  for (const part of data) checkLengths(where, part, lengths, depth + 1);
}

/** -> the place after the last element written */
function fill(
  where: string,
  data: readonly unknown[],
  depths: number,
  elements: Elements,
  dtype: ElementType,
  start: number,
): number {
  let at = start;
  if (depths > 1) {
    for (const part of data) at = fill(where, part as unknown[], depths - 1, elements, dtype, at);
    return at;
  }
  const { accepts, expected } = datatypes[dtype];
  for (const value of data) {
    if (typeof value !== "number" || !accepts(value)) {
      throw badRequest(`${where}: element ${at} must be ${expected}, got ${describe(value)}`);
    }
    elements[at++] = value;
  }
  return at;
}

/** A JSON value in a few words, however large it is. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
}
