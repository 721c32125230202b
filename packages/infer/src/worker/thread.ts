import type { FromWorker, ToWorker } from "./messages.js";

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
  message(message: FromWorker): void;
  /** Told once, after which nothing comes: how it ended, as the end of a sentence. */
  ended(how: string, cause?: unknown): void;
}

export type StartThread = (events: ThreadEvents) => Thread;
