import { UsageError } from "@vaekit/infer";
import { shown } from "./wording.js";

/** Look a name up in a table of variants. @throws UsageError that lists the names and suggests the nearest */
export function choose<T>(table: Readonly<Record<string, T>>, name: unknown, what: string): T {
  const names = Object.keys(table);
  if (typeof name !== "string") {
    throw new UsageError(`${what} must be one of ${names.join(", ")}, got ${shown(name)}`);
  }
  if (Object.hasOwn(table, name)) return table[name]!;
  const near = nearest(name, names);
  const suggestion = near ? ` Did you mean ${near}?` : "";
  throw new UsageError(`unknown ${what} "${name}"; one of ${names.join(", ")}.${suggestion}`);
}

/** @throws UsageError for what is no object of options, and an option that does not exist; with a suggestion where one is near */
export function checkNames(options: unknown, known: readonly string[], where: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new UsageError(
      `${where}: options must be an object such as { ${known[0]}: ... }, got ${shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UsageError(`${where}: there is no option "${name}".${near ? ` Did you mean ${near}?` : ""}`);
  }
}

/** The name at the smallest edit distance, if it is near enough to be a slip. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(2, best.candidate.length / 3) ? best.candidate : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
