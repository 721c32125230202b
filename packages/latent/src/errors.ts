/**
 * Every error that this package raises on purpose: the message says where, what, got what, and what to do next. `code` and
 * `exitCode` are those of the other packages' errors of the same kind.
 */
export class LatentError extends Error {
  readonly code: string = "VAEKIT";
  /** What the command line exits with. */
  readonly exitCode: number = 1;
  /** A fixed text in each class: minifiers shorten classes' own names. */
  override readonly name: string = "LatentError";
}

/** Rows whose shape or type is not what the call takes. */
export class ShapeError extends LatentError {
  override readonly name: string = "ShapeError";
  override readonly code = "SHAPE";
  override readonly exitCode = 3;
}

/** Values that cannot be used: NaN, too few rows, labels of another length. */
export class DataError extends LatentError {
  override readonly name: string = "DataError";
  override readonly code = "DATA";
  override readonly exitCode = 3;
}

/** An option or a combination that does not exist. */
export class UsageError extends LatentError {
  override readonly name: string = "UsageError";
  override readonly code = "USAGE";
  override readonly exitCode = 2;
}
