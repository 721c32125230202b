import { UsageError } from "@vaekit/infer";

/** @throws UsageError for what is no object, or has a name that is not known */
export function checkNames(call: string, what: string, given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new UsageError(
      `${call}: ${what} must be an object, got ${shown(given)}; there are ${known.join(", ")}`,
    );
  }
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined) {
    const place = what === "options" ? "" : ` in ${what}`;
    throw new UsageError(`${call}: there is no option "${strange}"${place}; there are ${known.join(", ")}`);
  }
}

/** A text without the spaces around it; empty: whether it may have nothing else. */
export function checkText(call: string, option: string, value: unknown, empty = false): string {
  if (typeof value === "string" && (empty || value.trim() !== "")) return value.trim();
  const wanted = empty ? "a text" : "a text that is not empty";
  throw new UsageError(`${call}: ${option} must be ${wanted}, got ${shown(value)}`);
}

export function checkFlag(call: string, option: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new UsageError(`${call}: ${option} must be true or false, got ${shown(value)}`);
}

/** Names of the labels; null for none. */
export function checkClasses(call: string, classes: readonly string[] | null): readonly string[] | null {
  if (classes === null || (Array.isArray(classes) && classes.length > 0 && classes.every(isName)))
    return classes;
  throw new UsageError(
    `${call}: classes must be a list of the labels' names, such as ["cat", "dog"], got ${shown(classes)}`,
  );
}

const isName = (name: unknown) => typeof name === "string" && name.trim() !== "";

export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list of something else";
  return Object(value) === value ? ((value as object).constructor?.name ?? "an object") : `${value}`;
}
