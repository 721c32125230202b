import { exitCodes, VaekitError, VerificationError } from "@vaekit/infer";
import { withOptionNames } from "./option-names.js";
import { printable } from "./printable.js";

/** Where a command writes: results to standard output, all else to standard error. */
export interface Io {
  /** Print a verb's result: as one JSON object, or as text for people. */
  result(value: object, text: string): void;
  /** A line that is not the result. */
  note(line: string): void;
}

export interface OutputFlags {
  json?: boolean;
  debug?: boolean;
}

export function createIo({ json = false }: OutputFlags): Io {
  return {
    result: (value, text) =>
      process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${printable(text)}\n`),
    note: (line) => process.stderr.write(`${printable(line)}\n`),
  };
}

/** Say what went wrong, without a stack unless asked, and give the exit code. With --json the error is the JSON object. */
export function reportError(error: unknown, { json = false, debug = false }: OutputFlags): number {
  const known = isDeliberate(error);
  const { message: said, stack } = error as Error;
  const message = known && error.name === "UsageError" ? withOptionNames(said) : said;
  const code = known ? error.exitCode : exitCodes.bug;
  const advice = known ? "" : "\nThis is a bug in vaekit. Run again with --debug and report what it prints.";
  process.stderr.write(`vaekit: ${printable(`${debug ? stack : message}`)}${advice}\n`);
  if (json) {
    const kind = known ? error.code : "BUG";
    const details = error instanceof VerificationError ? error.details : undefined;
    process.stdout.write(
      `${JSON.stringify({ error: { code: kind, message, exitCode: code, ...details } })}\n`,
    );
  }
  return code;
}

/** An error that one of our packages raised on purpose: @vaekit/latent, whose classes are its own, need not be loaded to tell. */
function isDeliberate(error: unknown): error is VaekitError {
  if (error instanceof VaekitError) return true;
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  return error instanceof Error && typeof code === "string" && typeof exitCode === "number";
}
