import type { Progress } from "../task.js";
import type { CallName } from "./calls.js";
import type { SentError } from "./sent-error.js";

/** What a LatentWorker tells its thread. */
export type ToWorker =
  | {
      type: "call";
      id: number;
      name: CallName;
      /** Without signal and onProgress, which cannot be sent. */
      args: unknown[];
      /** Which of the arguments had them; null for none. */
      options: number | null;
      /** Whether progress is asked for. */
      tell: boolean;
    }
  | { type: "cancel"; id: number };

/** What the thread tells its LatentWorker. */
export type FromWorker =
  | { type: "started" }
  | { type: "progress"; id: number; progress: Progress }
  | { type: "result"; id: number; value: unknown }
  | { type: "error"; id: number; error: SentError };

/** A thread as its LatentWorker sees it, in Node or a browser. */
export interface Thread {
  /** @throws DataCloneError for values that cannot be sent */
  post(message: ToWorker): void;
  /** Whether the process waits for it. */
  hold(on: boolean): void;
  /** End it at once. */
  end(): Promise<void>;
}

export interface ThreadEvents {
  message(message: FromWorker): void;
  /** How it ended, as the end of a sentence: "with exit code 1". */
  ended(how: string, cause?: unknown): void;
}

export type StartThread = (events: ThreadEvents) => Thread;
