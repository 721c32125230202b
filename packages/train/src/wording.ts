import type { z } from "zod";

/** A value as an error shows it: texts in quotes, functions and instances by their names. */
export function shown(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  if (typeof value === "string" || Array.isArray(value)) return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  const { name = "Object" } = (value.constructor ?? {}) as { name?: string };
  return name === "Object" ? JSON.stringify(value) : `a ${name}`;
}

const types: Readonly<Record<string, string>> = {
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  string: "a text",
  array: "a list",
  object: "an object",
  null: "null",
};

/** What a value must be, where its schema does not say it in words of its own. Undefined: as zod says it. */
export function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${types[issue.expected] ?? issue.expected}`;
    case "too_small":
      return bound(
        issue.origin,
        issue.inclusive ? "at least" : issue.exact ? "exactly" : "above",
        issue.minimum,
      );
    case "too_big":
      return bound(
        issue.origin,
        issue.inclusive ? "at most" : issue.exact ? "exactly" : "below",
        issue.maximum,
      );
    case "invalid_value":
      return `must be ${issue.values.map(shown).join(" or ")}`;
    case "unrecognized_keys":
      return `there is no setting ${issue.keys.map(shown).join(", ")}`;
    default:
      return undefined;
  }
}

function bound(origin: string, how: string, limit: number | bigint): string {
  const counted =
    origin === "array" || origin === "set" ? " elements" : origin === "string" ? " characters" : "";
  return counted ? `must have ${how} ${limit}${counted}` : `must be ${how} ${limit}`;
}
