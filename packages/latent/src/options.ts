import { UsageError } from "./errors.js";

/**
 * An options object as a call takes it: names that it does not know are errors, not silence.
 * @throws UsageError for a name that is not in `known`
 */
export function checkOptions(call: string, options: object, known: readonly string[]): void {
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange === undefined) return;
  throw new UsageError(`${call}: there is no option "${strange}"; there are ${known.join(", ")}`);
}

/** @throws UsageError for what is no integer from `from` to `to` */
export function checkInteger(
  call: string,
  name: string,
  value: number,
  from: number,
  to = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
  throw new UsageError(`${call}: ${name} must be an integer ${range}, got ${value}`);
}

/** @throws UsageError for what is no finite number from `from` to `to` */
export function checkNumber(
  call: string,
  name: string,
  value: number,
  from: number,
  to = Number.MAX_VALUE,
): void {
  if (Number.isFinite(value) && value >= from && value <= to) return;
  const range = to === Number.MAX_VALUE ? `of at least ${from}` : `from ${from} to ${to}`;
  throw new UsageError(`${call}: ${name} must be a number ${range}, got ${value}`);
}

/** @throws UsageError for a word that is none of `words` */
export function checkWord<T extends string>(call: string, name: string, value: T, words: readonly T[]): void {
  if (words.includes(value)) return;
  throw new UsageError(`${call}: ${name} must be one of ${words.join(", ")}; got "${value}"`);
}

/** The names that every long call's options have beside its own. */
export const runOptionNames = ["signal", "onProgress"] as const;
