import type { z } from "zod";

/** The run that a learning rate is for. */
export interface RateRun {
  /** Where it begins, or what a warm-up leads to. */
  learningRate: number;
  epochs: number;
  batchesPerEpoch: number;
  /** Whether there are validation data. */
  validation: boolean;
}

/** Learning rates as a pure function, so that a resumed run needs no state of them. */
export interface Rate {
  /** step: counted from 1; validationLosses: -ELBO in nats of each epoch that is complete before it */
  at(step: number, validationLosses: readonly number[]): number;
}

/** A kind of learning-rate schedule: its configuration as it stands in files, and how it is made. */
export interface RateKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** @throws UsageError for one that would not come into effect, or not come to its end, within the run */
  create(config: C, run: RateRun): Rate;
}
