/** Process exit codes of the command line, by kind of failure; documented in docs/cli.md. */
export const exitCodes = { ok: 0, bug: 1, usage: 2, data: 3, verification: 4, bundle: 5 } as const;

/** Every error that vaekit raises on purpose: the message says where, what, got what, and what to do next. */
export class VaekitError extends Error {
  readonly code: string = "VAEKIT";
  readonly exitCode: number = exitCodes.bug;
  /** A fixed text in each class: minifiers shorten classes' own names. */
  override readonly name: string = "VaekitError";
}

/** A tensor whose rank, shape or dtype is not what the call takes. */
export class ShapeError extends VaekitError {
  override readonly name: string = "ShapeError";
  override readonly code = "SHAPE";
  override readonly exitCode = exitCodes.data;
}

/** A data file or a value in it that cannot be used. */
export class DataError extends VaekitError {
  override readonly name: string = "DataError";
  override readonly code = "DATA";
  override readonly exitCode = exitCodes.data;
}

/** An option, name or combination that does not exist. */
export class UsageError extends VaekitError {
  override readonly name: string = "UsageError";
  override readonly code = "USAGE";
  override readonly exitCode = exitCodes.usage;
}

/** A bundle that is missing, damaged, changed or from another version. */
export class BundleError extends VaekitError {
  override readonly name: string = "BundleError";
  override readonly code = "BUNDLE";
  override readonly exitCode = exitCodes.bundle;
}

/** Two runtimes that should agree and do not. */
export class VerificationError extends VaekitError {
  override readonly name: string = "VerificationError";
  override readonly code = "VERIFICATION";
  override readonly exitCode = exitCodes.verification;
  /** What was measured, for programs: the limit, and errors by output. */
  readonly details?: object;

  constructor(message: string, { details, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.details = details;
  }
}

/** A use after `dispose()`. */
export class DisposedError extends VaekitError {
  override readonly name: string = "DisposedError";
  override readonly code = "DISPOSED";
}
