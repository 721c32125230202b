import { answer } from "./answer.js";

answer({
  post: (message, transfer) => self.postMessage(message, { transfer }),
  listen: (handler) => self.addEventListener("message", ({ data }) => handler(data)),
});
