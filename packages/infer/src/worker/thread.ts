import type { ToWorker } from "./messages.js";
import { WorkerError } from "./worker-error.js";

/** A worker as its pool sees it, in Node or a browser. */
export interface Thread {
  /** @throws DataCloneError for values that cannot be sent */
  post(message: ToWorker, transfer: ArrayBuffer[]): void;
  /** Whether the process waits for the worker. */
  hold(on: boolean): void;
  /** Let it finish what it runs and free its memory, then end it. Resolves when it has ended; `ended` is told too. */
  end(): Promise<void>;
}

export interface ThreadEvents {
  /** What a worker of the user's posts may be anything. */
  message(message: unknown): void;
  /** Told once, after which nothing comes: how it ended, as the end of a sentence. */
  ended(how: string, cause?: unknown): void;
}

export type StartThread = (events: ThreadEvents) => Thread;

/** What the user's function made, if it is a worker. @throws WorkerError */
export function checkWorker<W extends object>(worker: W, methods: readonly (keyof W & string)[]): W {
  const missing = methods.find((method) => typeof worker?.[method] !== "function");
  if (missing === undefined) return worker;
  throw new WorkerError(`the worker function returned ${described(worker)}, which is no Worker`);
}

function described(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `a ${value.constructor?.name ?? "bare object"}`;
}
