import { trace } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { tf } from "../tfjs.js";
import { stepFunction, stepSpecs } from "./functions.js";
import type { EngineName, Job } from "./types.js";

/**
 * Hold a training step against the kernels that a tfjs backend has: wasm has none for the gradients of convolutions.
 * @throws UsageError that names those that are missing, each with a place where it is needed
 */
export function checkKernels(name: EngineName, backend: string, job: Job): void {
  const kernelsOf = (of: string) => tf.getKernelsForBackend(of).map(({ kernelName }) => kernelName);
  const has = new Set(kernelsOf(backend));
  const lacks = new Set(kernelsOf("cpu").filter((kernel) => !has.has(kernel)));
  if (lacks.size === 0) return;
  const missing = new Map<string, string>();
  for (const { origin } of trace(stepFunction(job), stepSpecs(job), { variables: "inputs" }).nodes) {
    const { kernel, scope } = origin;
    if (lacks.has(kernel) && !missing.has(kernel)) missing.set(kernel, scope);
  }
  if (missing.size === 0) return;
  const kernels = [...missing].map(([kernel, scope]) => (scope ? `${kernel} (${scope})` : kernel));
  throw new UsageError(
    `engine ${name} cannot train this model: tfjs's ${backend} backend has no ${kernels.join(", ")}. ` +
      "Use engine compiled.",
  );
}
