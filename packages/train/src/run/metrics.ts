/** Means over examples, in nats per example. elbo is always the one with beta = 1. */
export interface SplitMetrics {
  elbo: number;
  /** -ln p(x|z) */
  reconstruction: number;
  /** KL(q(z|x) || p(z)) */
  kl: number;
}

/** A line of metrics.jsonl. */
export interface EpochMetrics {
  /** From 1. */
  epoch: number;
  step: number;
  /** What training minimised, KL weight and all, mean over the epoch's batches. */
  loss: number;
  /** Over the epoch's batches, each before its update. */
  train: SplitMetrics;
  /** Over the validation examples after the epoch; null where none were kept back. */
  validation: (SplitMetrics & { examples: number }) | null;
  learningRate: number;
  beta: number;
  examplesPerSecond: number;
  seconds: number;
}

/** Of the posterior means, per latent dimension. */
export interface LatentStatistics {
  examples: number;
  mean: number[];
  std: number[];
  /** KL per dimension, nats per example. */
  kl: number[];
}
