import type { EpochMetrics } from "./run/metrics.js";

/** What a run tells while it goes on. */
export type FitEvent =
  | {
      type: "start";
      epochs: number;
      batches: number;
      examples: number;
      validation: number;
      engine: string;
      parameters: number;
    }
  | { type: "warning"; message: string }
  | {
      type: "step";
      epoch: number;
      batch: number;
      batches: number;
      step: number;
      /** Running mean over the epoch, beta = 1, nats per example. */
      elbo: number;
      examplesPerSecond: number;
      /** Of the whole run. */
      secondsLeft: number;
    }
  | { type: "epoch"; metrics: EpochMetrics }
  | { type: "checkpoint"; path: string }
  /** No better validation loss for the run's patience; the weights of the best epoch are kept. */
  | { type: "early-stop"; epoch: number; best: number }
  | { type: "stopped"; step: number; path: string | null };
