import type { Worker } from "node:worker_threads";
import { isMessage } from "./messages.js";
import { checkWorker, type StartThread } from "./thread.js";

/**
 * A worker of node:worker_threads. It is asked to end, never stopped from outside once it has started: onnxruntime-node
 * aborts the whole process when it is stopped within a run, and sessions that were not disposed keep their memory.
 */
export function nodeThread(make: () => Worker): StartThread {
  return ({ message, ended }) => {
    const worker = checkWorker(make(), ["on", "once", "postMessage", "ref", "unref", "terminate"]);
    let started = false;
    let failure: Error | undefined;
    const over = new Promise<void>((resolve) => {
      worker.once("exit", (code) => {
        resolve();
        ended(failure ? `with ${failure.name}: ${failure.message}` : `with exit code ${code}`, failure);
      });
    });
    worker.on("message", (content) => {
      started ||= isMessage(content) && content.type === "started";
      message(content);
    });
    worker.on("error", (error: Error) => {
      failure = error;
    });
    // An answer that could not be read: who waits for it is told when the worker ends.
    worker.on("messageerror", (error: Error) => {
      failure = error;
      worker.postMessage({ type: "close" });
    });
    return {
      post: (content, transfer) => worker.postMessage(content, transfer),
      hold: (on) => (on ? worker.ref() : worker.unref()),
      async end() {
        worker.ref();
        if (started) worker.postMessage({ type: "close" });
        else await worker.terminate();
        await over;
      },
    };
  };
}
