import { DataError, VaekitError } from "@vaekit/infer";

/** An error of vaekit's own as it is; what tfjs says against a file, as the file's fault. */
export function asDataError(cause: unknown, what: string): VaekitError {
  if (cause instanceof VaekitError) return cause;
  return new DataError(`${what}: ${(cause as Error).message}`, { cause });
}
