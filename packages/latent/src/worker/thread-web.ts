import type { StartThread } from "./messages.js";

/** A Web Worker. An error that nothing in it caught counts as its end: what it held would wait for ever. */
export function webThread(make: () => Worker): StartThread {
  return ({ message, ended }) => {
    const worker = make();
    worker.addEventListener("message", ({ data }) => message(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      worker.terminate();
      ended(event.message ? `with ${event.message}` : "since its script could not be loaded or run");
    });
    return {
      post: (content) => worker.postMessage(content),
      hold() {},
      async end() {
        worker.terminate();
      },
    };
  };
}
