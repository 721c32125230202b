import type { Worker } from "node:worker_threads";
import type { StartThread } from "./messages.js";

/** A worker of node:worker_threads. */
export function nodeThread(make: () => Worker): StartThread {
  return ({ message, ended }) => {
    const worker = make();
    let failure: Error | undefined;
    worker.on("message", message);
    worker.on("error", (error: Error) => {
      failure = error;
    });
    worker.on("exit", (code) => {
      ended(failure ? `with ${failure.name}: ${failure.message}` : `with exit code ${code}`, failure);
    });
    return {
      post: (content) => worker.postMessage(content),
      hold: (on) => (on ? worker.ref() : worker.unref()),
      async end() {
        await worker.terminate();
      },
    };
  };
}
