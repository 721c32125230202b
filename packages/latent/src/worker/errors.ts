import { LatentError } from "../errors.js";

/** A worker that could not be started, or that ended before it had answered. */
export class WorkerError extends LatentError {
  override readonly name: string = "WorkerError";
  override readonly code = "WORKER";
}

/** A use after `dispose()`. */
export class DisposedError extends LatentError {
  override readonly name: string = "DisposedError";
  override readonly code = "DISPOSED";
}
