import { type LatentError, UsageError } from "../errors.js";
import { checkRunOptions } from "../options.js";
import type { Progress, RunOptions } from "../task.js";
import type { CallName } from "./calls.js";
import { DisposedError, WorkerError } from "./errors.js";
import type { FromWorker, StartThread, Thread } from "./messages.js";
import { receiveError } from "./sent-error.js";

/** A script that is none of ours would never answer. Machines under load start a thread in seconds. */
const startLimit = 60_000;

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  onProgress?: RunOptions["onProgress"];
  /** No longer listen to the call's signal. */
  leave(): void;
}

/** The calls that a worker's thread was given, and the way to it. */
export class Channel {
  private readonly pending = new Map<number, Pending>();
  private readonly thread: Thread;
  private last = 0;
  /** Why there are no more calls. */
  private over: ((name: CallName) => LatentError) | null = null;
  private started!: { resolve(): void; reject(reason: unknown): void };

  private constructor(start: StartThread) {
    try {
      this.thread = start({
        message: (message) => this.hear(message),
        ended: (how, cause) => this.lose(how, cause),
      });
    } catch (cause) {
      throw new WorkerError(`a worker could not be started: ${(cause as Error).message}. ${advice}`, {
        cause,
      });
    }
  }

  /** @throws WorkerError when the thread does not start */
  static async open(start: StartThread): Promise<Channel> {
    const channel = new Channel(start);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        channel.started = { resolve, reject };
        timer = setTimeout(() => {
          reject(new WorkerError(`a worker's script did not start within ${startLimit / 1000} s. ${advice}`));
        }, startLimit);
      });
    } catch (error) {
      await channel.thread.end();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    channel.thread.hold(false);
    return channel;
  }

  /** @throws what the call throws, the signal's reason, WorkerError or DisposedError */
  call(name: CallName, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.over) throw this.over(name);
      const { sent, options, signal, onProgress } = withoutRunOptions(args);
      checkRunOptions(name, { signal, onProgress });
      signal?.throwIfAborted();
      const id = ++this.last;
      try {
        this.thread.post({ type: "call", id, name, args: sent, options, tell: onProgress !== undefined });
      } catch (cause) {
        throw new UsageError(
          `${name}: what was given cannot be sent to a worker: ${(cause as Error).message}`,
          { cause },
        );
      }
      const abort = () => this.cancel(id, signal!.reason);
      signal?.addEventListener("abort", abort);
      const leave = () => signal?.removeEventListener("abort", abort);
      this.pending.set(id, { resolve, reject, onProgress, leave });
      this.thread.hold(true);
    });
  }

  /** End the thread; what it has not answered is rejected. */
  async close(): Promise<void> {
    this.over ??= (name) => new DisposedError(`${name}: the worker was disposed of. Start another.`);
    for (const id of [...this.pending.keys()]) {
      this.settle(id, ({ reject }) =>
        reject(new DisposedError("the worker was disposed of before it had answered")),
      );
    }
    await this.thread.end();
  }

  private hear(message: FromWorker): void {
    if (message?.type === "started") this.started.resolve();
    if (message?.type === "progress") this.tell(message.id, message.progress);
    if (message?.type === "result") this.settle(message.id, ({ resolve }) => resolve(message.value));
    if (message?.type === "error")
      this.settle(message.id, ({ reject }) => reject(receiveError(message.error)));
  }

  private tell(id: number, progress: Progress): void {
    try {
      this.pending.get(id)?.onProgress?.(progress);
    } catch (error) {
      this.cancel(id, error);
    }
  }

  private cancel(id: number, reason: unknown): void {
    this.thread.post({ type: "cancel", id });
    this.settle(id, ({ reject }) => reject(reason));
  }

  /** A call that is over already, cancelled for instance, is passed over. */
  private settle(id: number, use: (pending: Pending) => void): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    pending.leave();
    if (this.pending.size === 0) this.thread.hold(false);
    use(pending);
  }

  private lose(how: string, cause: unknown): void {
    this.started?.reject(
      new WorkerError(`a worker ended before it had started, ${how}. ${advice}`, { cause }),
    );
    this.over ??= (name) => new WorkerError(`${name}: the worker ended ${how}. Start another.`, { cause });
    for (const id of [...this.pending.keys()]) {
      this.settle(id, ({ reject }) => {
        reject(new WorkerError(`the worker ended ${how} before it had answered`, { cause }));
      });
    }
  }
}

/** Arguments as they can be sent, and what cannot. */
function withoutRunOptions(
  args: readonly unknown[],
): { sent: unknown[]; options: number | null } & RunOptions {
  const at = args.findIndex(
    (argument) => Object(argument) === argument && runNames.some((name) => name in (argument as object)),
  );
  if (at < 0) return { sent: [...args], options: null };
  const { signal, onProgress, ...rest } = args[at] as RunOptions;
  return { sent: args.with(at, rest), options: at, signal, onProgress };
}

const runNames = ["signal", "onProgress"];

const advice =
  "Its script is worker/main of @vaekit/latent; where a bundler or the page's Content-Security-Policy keeps it from being found, " +
  "give LatentWorker.start a `worker` function that makes the Worker.";
