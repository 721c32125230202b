import { UsageError } from "../errors.js";
import type { Progress } from "../task.js";
import { type Call, calls } from "./calls.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { sendError } from "./sent-error.js";
import { buffersOf } from "./transfer.js";

/** The LatentWorker, as its thread sees it. */
export interface Port {
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  listen(handler: (message: ToWorker) => void): void;
}

/** Be a LatentWorker's thread: make its calls one after another. */
export function answer(port: Port): void {
  const controls = new Map<number, AbortController>();
  let before = Promise.resolve();

  const run = async ({
    id,
    name,
    args,
    options,
    tell,
  }: Extract<ToWorker, { type: "call" }>): Promise<void> => {
    try {
      const { signal } = controls.get(id)!;
      signal.throwIfAborted();
      if (!Object.hasOwn(calls, name)) throw new UsageError(`a worker has no call "${name}"`);
      const call: Call = calls[name];
      const onProgress = (progress: Progress) => port.post({ type: "progress", id, progress });
      const given = args.map((argument, i) =>
        i === options ? { ...(argument as object), signal, ...(tell && { onProgress }) } : argument,
      );
      const value: unknown = await Reflect.apply(call, undefined, given);
      port.post({ type: "result", id, value }, buffersOf(value));
    } catch (error) {
      port.post({ type: "error", id, error: sendError(error) });
    } finally {
      controls.delete(id);
    }
  };

  port.listen((message) => {
    if (message?.type === "cancel") controls.get(message.id)?.abort();
    if (message?.type !== "call") return;
    controls.set(message.id, new AbortController());
    before = before.then(() => run(message));
  });
  port.post({ type: "started" });
}
