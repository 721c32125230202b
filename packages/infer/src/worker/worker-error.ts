import { VaekitError } from "../errors.js";

/** A worker that could not be started, or that ended before it had answered. */
export class WorkerError extends VaekitError {
  override readonly name: string = "WorkerError";
  override readonly code = "WORKER";
}
