import type { LoadOptions } from "./load.js";

/** onnxruntime goes on with one thread, and says so to nobody. */
export function warnOfThreads({ threads = 1, onWarning = console.warn }: LoadOptions): void {
  if (threads === 1 || globalThis.crossOriginIsolated) return;
  onWarning(
    `vaekit: ${threads} threads were asked for; this page is not cross-origin isolated, so there is one (docs/deployment.md).`,
  );
}
