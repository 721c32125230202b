import { parentPort } from "node:worker_threads";
import { answer } from "./answer.js";
import { WorkerError } from "./errors.js";

if (!parentPort) {
  throw new WorkerError(
    "worker/main is the script of a LatentWorker's thread; start a LatentWorker instead.",
  );
}
const port = parentPort;
answer({
  post: (message, transfer) => port.postMessage(message, transfer),
  listen: (handler) => port.on("message", handler),
});
