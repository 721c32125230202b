import { z } from "zod";

/** Means over examples, in nats per example. elbo is always the one with beta = 1. */
const splitMetricsSchema = z.object({
  elbo: z.number(),
  /** -ln p(x|z) */
  reconstruction: z.number(),
  /** KL(q(z|x) || p(z)) */
  kl: z.number(),
});

export type SplitMetrics = z.infer<typeof splitMetricsSchema>;

/** A line of metrics.jsonl. */
export const epochMetricsSchema = z.object({
  /** From 1. */
  epoch: z.number().int().positive(),
  step: z.number().int().nonnegative(),
  /** What training minimised, KL weight and all, mean over the epoch's batches. */
  loss: z.number(),
  /** Over the epoch's batches, each before its update. */
  train: splitMetricsSchema,
  /** What else the objective computed, means over the epoch's batches: total_correlation, perplexity, gradient_norm, ... */
  terms: z.record(z.string(), z.number()),
  /** Over the validation examples after the epoch; null where none were kept back. */
  validation: splitMetricsSchema.extend({ examples: z.number().int().positive() }).nullable(),
  /** At the epoch's last step. */
  learningRate: z.number(),
  beta: z.number(),
  /** Nats that the KL was drawn to; null where it was not. */
  capacity: z.number().nullable(),
  examplesPerSecond: z.number(),
  seconds: z.number(),
});

export type EpochMetrics = z.infer<typeof epochMetricsSchema>;

/** Of the posterior means, per latent dimension. */
export const latentStatisticsSchema = z.object({
  examples: z.number().int().positive(),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  /** KL per dimension, nats per example; null where the prior's does not split into dimensions. */
  kl: z.array(z.number()).nullable(),
});

export type LatentStatistics = z.infer<typeof latentStatisticsSchema>;
