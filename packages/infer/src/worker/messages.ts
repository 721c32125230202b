import type { Manifest } from "../bundle/manifest.js";
import type { LoadOptions, Progress } from "../load.js";
import type { Runtime } from "../runtime/types.js";
import type { CallName } from "../vae-api.js";
import type { SentError } from "./sent-error.js";

/** Options of Vae.load that a worker is told; functions stay with the pool. */
export type SentOptions = Omit<LoadOptions, "onProgress" | "onWarning" | "runtime">;

/** A path that the worker reads itself, or the name of a source that the pool reads for it. */
export type SentSource = { path: string } | { name: string };

export interface LoadMessage {
  type: "load";
  source: SentSource;
  options: SentOptions;
  /** Whether to tell of progress: at most one worker of a pool does. */
  progress: boolean;
}

/** What a pool tells a worker. `hello` asks for nothing: a script of others answers it wrongly, or ends. */
export type ToWorker =
  | { type: "hello" }
  | LoadMessage
  | { type: "call"; id: number; method: CallName; args: unknown }
  | { type: "bytes"; id: number; loaded: number }
  | { type: "file"; id: number; file: { bytes: Uint8Array | null } | { error: SentError } }
  | { type: "close" };

/** What a worker tells its pool. */
export type FromWorker =
  | { type: "started" }
  | { type: "loaded"; manifest: Manifest; runtime: Runtime["name"] }
  | { type: "failed"; error: SentError }
  | { type: "read"; id: number; file: string; limit: number; sha256?: string; tell: boolean }
  | { type: "progress"; progress: Progress }
  | { type: "result"; id: number; value: unknown }
  | { type: "error"; id: number; error: SentError };

/** A function for each kind of message. */
export type Handlers<M extends { type: string }> = {
  [K in M["type"]]: (message: Extract<M, { type: K }>) => void;
};

/** What a worker of ours may have posted, in contrast to numbers, texts and null. */
export function isMessage(message: unknown): message is FromWorker {
  return typeof message === "object" && message !== null;
}

export function handle<M extends { type: string }>(handlers: Handlers<M>, message: M): void {
  const known = Object.hasOwn(handlers, message?.type);
  // Browser extensions and bundlers' development servers talk to workers too.
  if (known) handlers[message.type as M["type"]](message as never);
}
