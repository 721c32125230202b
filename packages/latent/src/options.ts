import { UsageError } from "./errors.js";
import type { RunOptions } from "./task.js";

/**
 * An options object as a call takes it: names that it does not know are errors, not silence. Of the options that many calls share,
 * the values too.
 * @throws UsageError for what is no object, a name that is not in `known`, or a seed, signal or onProgress that is none
 */
export function checkOptions(call: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new UsageError(
      `${call}: options must be an object, got ${shown(options)}; there are ${known.join(", ")}`,
    );
  }
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new UsageError(`${call}: there is no option "${strange}"; there are ${known.join(", ")}`);
  }
  const { seed } = options as { seed?: number };
  if (seed !== undefined) checkInteger(call, "seed", seed, 0);
  checkRunOptions(call, options);
}

/** @throws UsageError for a signal that is none, or an onProgress that cannot be called */
export function checkRunOptions(call: string, { signal, onProgress }: RunOptions): void {
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new UsageError(`${call}: signal must be an AbortSignal, got ${shown(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new UsageError(`${call}: onProgress must be a function, got ${shown(onProgress)}`);
  }
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
  throw new UsageError(`${call}: ${name} must be an integer ${range}, got ${shown(value)}`);
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
  throw new UsageError(`${call}: ${name} must be a number ${range}, got ${shown(value)}`);
}

/** @throws UsageError for a word that is none of `words` */
export function checkWord<T extends string>(call: string, name: string, value: T, words: readonly T[]): void {
  if (words.includes(value)) return;
  throw new UsageError(`${call}: ${name} must be one of ${words.join(", ")}; got ${shown(value)}`);
}

/** The names that every long call's options have beside its own. */
export const runOptionNames = ["signal", "onProgress"] as const;

/** A value as an error names it: words in quotes, so that "3" is not taken for 3. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "an array";
  return Object(value) === value ? (value?.constructor?.name ?? "an object") : String(value);
}
