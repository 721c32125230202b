import { DataError, LatentError, ShapeError, UsageError } from "../errors.js";

/** An error on its way to another thread. Structured clones know neither our classes nor their codes. */
export interface SentError {
  /** Of a LatentError; which of them it is must not depend on names, which minifiers change. */
  code: string | null;
  name: string;
  message: string;
  stack?: string;
}

const ours: Readonly<Record<string, new (message: string) => LatentError>> = {
  VAEKIT: LatentError,
  SHAPE: ShapeError,
  DATA: DataError,
  USAGE: UsageError,
};
const builtIn: Readonly<Record<string, new (message: string) => Error>> = { RangeError, TypeError };

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { code: null, name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { code: error instanceof LatentError ? error.code : null, name, message, stack };
}

/** The error as it was, with the stack of where it was thrown. */
export function receiveError(sent: SentError): Error {
  const error = sent.code === null ? foreign(sent) : new (ours[sent.code] ?? LatentError)(sent.message);
  if (sent.stack) error.stack = sent.stack;
  return error;
}

function foreign({ name, message }: SentError): Error {
  const error = new (builtIn[name] ?? Error)(message);
  error.name = name;
  return error;
}
