import type { z } from "zod";

/** The run that a learning rate is for. */
export interface RateRun {
  /** Where it begins, or what a warm-up leads to. */
  learningRate: number;
  epochs: number;
  batchesPerEpoch: number;
  /** Whether there are validation data. */
  validation: boolean;
  /** The first epoch, counted from 1, whose validation loss counts: `settled` of the KL's schedule. */
  settled: number;
}

/** Learning rates as a pure function, so that a resumed run needs no state of them. */
export interface Rate {
  /** step: counted from 1; validationLosses: `validationLosses` of the epochs that are complete before it */
  at(step: number, validationLosses: readonly number[]): number;
}

/** A kind of learning-rate schedule: its configuration as it stands in files, and how it is made. */
export interface RateKind<C extends { kind: string }> {
  /** Fills in defaults: `{ kind }` alone is a whole configuration. Unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /**
   * The setting that would give it the length it has in a run of so many epochs, where it is laid out over the run:
   * "epochs=10". Null where its length is its own.
   */
  lengthIn?(config: C, epochs: number): string | null;
  /** @throws UsageError for one that would not come into effect, or not come to its end, within the run */
  create(config: C, run: RateRun): Rate;
}
