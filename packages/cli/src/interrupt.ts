import { VaekitError } from "@vaekit/infer";
import type { Io } from "./io.js";

/** What shells expect of a program that Ctrl-C ended. */
export const interruptedCode = 130;

/**
 * Run with a signal that Ctrl-C (or SIGTERM) aborts: the step under way ends, a checkpoint is written. A second
 * Ctrl-C ends the process at once.
 */
export async function interruptible<T extends { stopped: boolean }>(
  run: string,
  io: Io,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(interruptedCode);
    io.note(`\nstopping after this step; ${run} keeps a checkpoint (Ctrl-C again ends at once, without one)`);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const result = await work(controller.signal);
    if (result.stopped) process.exitCode = interruptedCode;
    return result;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** Ctrl-C ended a verb before it wrote anything. */
class InterruptedError extends VaekitError {
  override readonly name: string = "InterruptedError";
  override readonly code = "INTERRUPTED";
  override readonly exitCode = interruptedCode;
}

/**
 * Run work that leaves nothing behind when Ctrl-C (or SIGTERM) ends it. The signal's reason is an error that says so;
 * the work throws it as soon as it can. A second Ctrl-C ends the process at once.
 * discard: removes what the work staged, synchronously
 */
export async function abortable<T>(
  io: Io,
  discard: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) {
      discard();
      io.note("vaekit: stopped");
      process.exit(interruptedCode);
    }
    controller.abort(new InterruptedError("stopped; nothing was written"));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
