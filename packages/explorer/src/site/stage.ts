import type { RunOptions } from "@vaekit/latent";

/** Run options under which all that a call reports is one step, called so. */
export function stage<T extends RunOptions>(run: T, name: string): T {
  const { onProgress } = run;
  if (!onProgress) return run;
  return { ...run, onProgress: ({ done, total }) => onProgress({ stage: name, done, total }) };
}
