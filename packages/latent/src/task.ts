/** How far a long call is. */
export interface Progress {
  /** What is being done: "neighbours", "layout". */
  stage: string;
  done: number;
  total: number;
}

/** What every long call takes. */
export interface RunOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Told a few times a second how far it is. A promise that it returns is waited for; what it throws or rejects with ends the call. */
  onProgress?: (progress: Progress) => void;
}

/**
 * A long computation that stops by itself every few milliseconds to say how far it is; one calls another with `yield*`.
 * What it yields between two rests is dropped, so it may yield as often as a `yield` costs nothing: every 1,000 points, not every one.
 */
export type Task<T> = Generator<Progress, T, void>;

/** Longest time in milliseconds that a task keeps the event loop waiting, if it yields as often as it should. */
const slice = 30;

/** Run a task to its end, resting so that signals, timers and pages come to their turn. @throws the signal's reason once aborted */
export async function runTask<T>(task: Task<T>, options: RunOptions = {}): Promise<T> {
  // Options that are none are refused by the task itself, which knows the call's name: in its first step.
  const { signal, onProgress } = options ?? {};
  signal?.throwIfAborted?.();
  let until = performance.now() + slice;
  for (;;) {
    const { done, value } = task.next();
    if (done) return value;
    if (performance.now() < until) continue;
    await onProgress?.(value);
    await rest();
    signal?.throwIfAborted();
    until = performance.now() + slice;
  }
}

/** Run a task to its end in one go. */
export function finishTask<T>(task: Task<T>): T {
  for (;;) {
    const { done, value } = task.next();
    if (done) return value;
  }
}

const rest: () => Promise<void> =
  typeof setImmediate === "function"
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(null);
        });
