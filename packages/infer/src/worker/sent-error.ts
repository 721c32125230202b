import {
  BundleError,
  DataError,
  DisposedError,
  ShapeError,
  UsageError,
  VaekitError,
  VerificationError,
} from "../errors.js";
import { WorkerError } from "./worker-error.js";

/** An error on its way to another thread. Structured clones know neither our classes nor their codes. */
export interface SentError {
  /** Of a VaekitError; which of them it is must not depend on names, which minifiers change. */
  code: string | null;
  name: string;
  message: string;
  stack?: string;
  details?: object;
  cause?: SentError;
}

const classes: Readonly<Record<string, new (message: string, options?: ErrorOptions) => VaekitError>> = {
  VAEKIT: VaekitError,
  SHAPE: ShapeError,
  DATA: DataError,
  USAGE: UsageError,
  BUNDLE: BundleError,
  VERIFICATION: VerificationError,
  DISPOSED: DisposedError,
  WORKER: WorkerError,
};

/** Causes of causes are followed no further. */
const deepest = 4;

export function sendError(error: unknown, depth = 0): SentError {
  if (!(error instanceof Error)) return { code: null, name: "Error", message: String(error) };
  const { name, message, stack, cause } = error;
  const sent: SentError = { code: error instanceof VaekitError ? error.code : null, name, message, stack };
  if (error instanceof VerificationError && error.details) sent.details = error.details;
  if (cause !== undefined && depth < deepest) sent.cause = sendError(cause, depth + 1);
  return sent;
}

/** The error as it was, with the stack of where it was thrown. */
export function receiveError(sent: SentError): Error {
  const { code, message, stack, details, cause } = sent;
  const options = { ...(cause && { cause: receiveError(cause) }), ...(details && { details }) };
  const error = code === null ? named(sent, options) : new (classes[code] ?? VaekitError)(message, options);
  if (stack) error.stack = stack;
  return error;
}

function named({ name, message }: SentError, options: ErrorOptions): Error {
  const error = new Error(message, options);
  error.name = name;
  return error;
}
