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
