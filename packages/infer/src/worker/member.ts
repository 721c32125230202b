import type { Manifest } from "../bundle/manifest.js";
import { UsageError } from "../errors.js";
import type { Progress } from "../load.js";
import type { Runtime } from "../runtime/types.js";
import type { CallName } from "../vae-api.js";
import type { Files } from "./files.js";
import { type FromWorker, handle, isMessage, type SentOptions } from "./messages.js";
import { type Parcel, unpack } from "./parcel.js";
import { receiveError, sendError } from "./sent-error.js";
import type { StartThread, Thread, ThreadEvents } from "./thread.js";
import { WorkerError } from "./worker-error.js";

/** What all workers of a pool load. */
export interface Assignment {
  start: StartThread;
  /** A path that workers read themselves, or files that are read for them. */
  source: { path: string } | Files;
  options: SentOptions;
}

export interface Loaded {
  manifest: Manifest;
  runtime: Runtime["name"];
}

/** One call, waiting or held by a worker. */
export interface Task {
  method: CallName;
  /** The arguments, as they were when the call was made. Asked for once, when a worker takes the task. */
  parcel(): Parcel;
  /** Aborted where nobody waits for it any longer: it is passed over if no worker has it yet. */
  signal?: AbortSignal;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A script that is none of ours would never answer. Machines under load start a thread in seconds. */
const startLimit = 60_000;

/** Characters of a strange message in an error. */
const mostShown = 40;

/** One worker: it starts, loads, and answers the tasks that it holds. */
export class Member {
  /** @throws WorkerError when it does not start; what the loading threw */
  readonly ready: Promise<Loaded>;
  readonly held = new Map<number, Task>();
  /** Whether it may be given tasks. */
  usable = false;
  /** Calls that it gave a result, or threw an error of its own. */
  answered = 0;
  private readonly thread: Thread;
  private last = 0;

  /** settled: told when a task is done with; ended: when the worker is gone, and how; it may still hold tasks. */
  constructor(
    private readonly assignment: Assignment,
    events: { settled(): void; ended(how: string, cause: unknown): void },
    onProgress?: (progress: Progress) => void,
  ) {
    let load!: { resolve(loaded: Loaded): void; reject(error: unknown): void };
    this.ready = new Promise((resolve, reject) => {
      load = { resolve, reject };
    });
    // Who awaits it is told; who does not hears it from `ended`.
    this.ready.catch(() => {});
    const { source, options } = assignment;
    const settle = (id: number, use: (task: Task) => void): void => {
      const task = this.held.get(id);
      if (!task) return;
      this.held.delete(id);
      this.answered++;
      use(task);
      events.settled();
    };
    let started = false;
    const refuse = (what: string): void => {
      clearTimeout(timer);
      load.reject(new WorkerError(`a worker's script ${what}. ${advice}`));
      void this.thread.end();
    };
    const timer = setTimeout(() => refuse(`did not start within ${startLimit / 1000} s`), startLimit);
    let told = onProgress;
    const tell = (progress: Progress): void => {
      try {
        told?.(progress);
      } catch (error) {
        told = undefined;
        load.reject(error);
      }
    };
    const starting = (threadEvents: ThreadEvents): Thread => {
      try {
        return assignment.start(threadEvents);
      } catch (cause) {
        clearTimeout(timer);
        throw new WorkerError(`a worker could not be started: ${(cause as Error).message}. ${advice}`, {
          cause,
        });
      }
    };
    this.thread = starting({
      message: (message) => {
        if (!isMessage(message)) {
          if (!started) refuse(`posted ${String(message).slice(0, mostShown)}, which none of ours does`);
          return;
        }
        handle<FromWorker>(
          {
            started: () => {
              started = true;
              clearTimeout(timer);
              const sent = "path" in source ? source : { name: source.name };
              const progress = onProgress !== undefined;
              this.thread.post({ type: "load", source: sent, options, progress }, []);
            },
            loaded: ({ manifest, runtime }) => load.resolve({ manifest, runtime }),
            failed: ({ error }) => load.reject(receiveError(error)),
            read: (request) => void this.read(request),
            progress: ({ progress }) => tell(progress),
            result: ({ id, value }) => settle(id, ({ resolve }) => resolve(unpack(value))),
            error: ({ id, error }) => settle(id, ({ reject }) => reject(receiveError(error))),
          },
          message,
        );
      },
      ended: (how, cause) => {
        clearTimeout(timer);
        load.reject(new WorkerError(`a worker ended before it had loaded, ${how}. ${advice}`, { cause }));
        events.ended(how, cause);
      },
    });
    this.thread.post({ type: "hello" }, []);
  }

  give(task: Task): void {
    const id = ++this.last;
    this.held.set(id, task);
    try {
      const { value, transfer } = task.parcel();
      this.thread.post({ type: "call", id, method: task.method, args: value }, transfer);
    } catch (cause) {
      this.held.delete(id);
      const { message } = cause as Error;
      task.reject(
        new UsageError(`${task.method}: what was given cannot be sent to a worker: ${message}`, { cause }),
      );
    }
  }

  /** Whether the process waits for it. */
  hold(on: boolean): void {
    this.thread.hold(on);
  }

  end(): Promise<void> {
    return this.thread.end();
  }

  private async read({
    id,
    file,
    limit,
    sha256,
    tell,
  }: Extract<FromWorker, { type: "read" }>): Promise<void> {
    const { source } = this.assignment;
    if ("path" in source) return;
    const onBytes = (loaded: number) => this.thread.post({ type: "bytes", id, loaded }, []);
    try {
      const bytes = await source.read(file, limit, { sha256, ...(tell && { onBytes }) });
      this.thread.post({ type: "file", id, file: { bytes } }, []);
    } catch (error) {
      this.thread.post({ type: "file", id, file: { error: sendError(error) } }, []);
    }
  }
}

const advice =
  "Its script is worker/main of @vaekit/infer; where a bundler or the page's Content-Security-Policy keeps it from being found, " +
  "give VaePool.load a `worker` function that makes the Worker.";
