import { VaekitError } from "../errors.js";

/** A model that is damaged, or that needs more than this runtime has. */
export class TinyError extends VaekitError {
  override readonly name: string = "TinyError";
  override readonly code = "TINY";
}

/** @throws TinyError unless the condition holds */
export function expect(condition: unknown, problem: string): asserts condition {
  if (!condition) throw new TinyError(`tiny runtime: ${problem}`);
}
