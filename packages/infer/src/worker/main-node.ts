import { parentPort } from "node:worker_threads";
import { Vae } from "../vae-node.js";
import { answer } from "./answer.js";
import { WorkerError } from "./worker-error.js";

if (!parentPort)
  throw new WorkerError("worker/main is the script of VaePool's workers; load a VaePool instead.");
const pool = parentPort;
answer(
  {
    post: (message, transfer) => pool.postMessage(message, transfer),
    listen: (handler) => pool.on("message", handler),
    close: () => process.exit(0),
  },
  Vae.load,
);
