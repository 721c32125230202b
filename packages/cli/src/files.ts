import { existsSync, statSync } from "node:fs";
import { dirname, extname } from "node:path";
import { UsageError } from "@vaekit/infer";

/**
 * Check where a result will go before any work is done for it.
 * @throws UsageError when it exists and force is not given, or its ending is none of those that the verb writes
 */
export function checkOutput(
  path: string,
  {
    option = "--out",
    force = false,
    endings,
  }: { option?: string; force?: boolean; endings: readonly string[] },
): string {
  const ending = extname(path).toLowerCase();
  if (!endings.includes(ending) || /[\\/]$/.test(path)) {
    throw new UsageError(
      endings.length === 1
        ? `${option} ${path}: the name must end in ${endings[0]}`
        : `${option} ${path}: the ending must be one of ${endings.join(", ")}; it decides the format`,
    );
  }
  if (existsSync(path)) {
    if (statSync(path).isDirectory())
      throw new UsageError(`${option} ${path}: that is a directory; give the name of a file`);
    if (!force) throw new UsageError(`${path} exists already. Use --force to replace it.`);
  }
  if (!existsSync(dirname(path)))
    throw new UsageError(`${option} ${path}: there is no directory ${dirname(path)}; create it first`);
  return ending;
}
