import type { RunOptions } from "../task.js";

/** What the parts of an analysis run under: the seed, the caller's signal, and progress that names the part. */
export interface Step {
  seed: number;
  /** Run a long call; its own progress is told under `stage`. */
  run<T>(stage: string, call: (options: RunOptions) => Promise<T>): Promise<T>;
}

export function createStep(seed: number, { signal, onProgress }: RunOptions): Step {
  return {
    seed,
    async run(stage, call) {
      signal?.throwIfAborted();
      onProgress?.({ stage, done: 0, total: 1 });
      const result = await call({
        signal,
        onProgress: onProgress && (({ done, total }) => onProgress({ stage, done, total })),
      });
      signal?.throwIfAborted();
      return result;
    },
  };
}
