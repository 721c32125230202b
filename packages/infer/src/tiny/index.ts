export { tinyRuntime } from "./runtime.js";
