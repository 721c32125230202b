import { UsageError } from "@vaekit/infer";
import { shown } from "../wording.js";

/**
 * call: the function whose first argument, given, is or holds the model; from: what makes one
 * @throws UsageError for what is no opened model: a path, a Vae
 */
export function checkOpened(call: string, given: unknown, model: unknown, from: string): void {
  if (typeof (model as { densities?: unknown } | undefined)?.densities === "function") return;
  throw new UsageError(`${call}: the first argument must be what ${from} gives, got ${shown(given)}`);
}
