import { checkWorker, type StartThread } from "./thread.js";

/** A Web Worker. An error that nothing in it caught counts as its end: what it held would wait for ever. */
export function webThread(make: () => Worker): StartThread {
  return ({ message, ended }) => {
    const worker = checkWorker(make(), ["addEventListener", "postMessage", "terminate"]);
    let over = false;
    const finish = (how: string, cause?: unknown): void => {
      if (over) return;
      over = true;
      worker.terminate();
      ended(how, cause);
    };
    worker.addEventListener("message", ({ data }) => message(data));
    worker.addEventListener("messageerror", () => finish("with a message that could not be read"));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      finish(event.message ? `with ${event.message}` : "since its script could not be loaded or run");
    });
    return {
      post: (content, transfer) => worker.postMessage(content, transfer),
      hold() {},
      async end() {
        finish("on request");
      },
    };
  };
}
