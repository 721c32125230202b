import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { checkMinimum } from "./minimum.js";
import type { RateKind, RateRun } from "./types.js";

export interface PlateauConfig {
  kind: "plateau";
  /** What the rate is multiplied with. */
  factor: number;
  /** Epochs without improvement after which the rate falls. */
  patience: number;
  /** Nats by which a validation loss must be below the best one to count as better. */
  threshold: number;
  /** The rate falls no lower. */
  minimum: number;
  /** Epochs after a fall that are not counted. */
  cooldown: number;
}

/**
 * The rate falls by a factor when the validation loss stops falling: PyTorch's ReduceLROnPlateau in its absolute
 * mode, whose patience is one less (the epochs that it lets pass). A relative threshold would turn around where
 * likelihoods are densities and losses negative. Epochs before the KL's schedule has settled are none to it: what they reach
 * does not compare with what comes after.
 */
export const plateau: RateKind<PlateauConfig> = {
  schema: z.strictObject({
    kind: z.literal("plateau"),
    factor: z.number().gt(0).lt(1).default(0.1),
    patience: z.number().int().positive().default(5),
    threshold: z.number().min(0).default(0.01),
    minimum: z.number().min(0).default(0),
    cooldown: z.number().int().min(0).default(0),
  }),
  create(config, run) {
    check(config, run);
    return {
      at: (_, validationLosses) =>
        rateAfter(validationLosses.slice(run.settled - 1), config, run.learningRate),
    };
  },
};

function rateAfter(losses: readonly number[], config: PlateauConfig, learningRate: number): number {
  const { factor, patience, threshold, minimum, cooldown } = config;
  let rate = learningRate;
  let best = Number.POSITIVE_INFINITY;
  let worse = 0;
  let resting = 0;
  for (const loss of losses) {
    if (loss < best - threshold) {
      best = loss;
      worse = 0;
    } else worse += 1;
    if (resting > 0) {
      resting -= 1;
      worse = 0;
    }
    if (worse < patience) continue;
    rate = Math.max(rate * factor, minimum);
    resting = cooldown;
    worse = 0;
  }
  return rate;
}

function check({ patience, minimum }: PlateauConfig, run: RateRun): void {
  if (!run.validation) {
    throw new UsageError(
      "learning rate plateau: it follows the validation loss, and no examples are kept back. Set validation, such as 0.1.",
    );
  }
  checkMinimum("plateau", minimum, run.learningRate);
  // The first epoch that counts is always the best so far.
  const first = run.settled + patience;
  if (first < run.epochs) return;
  throw new UsageError(
    `learning rate plateau: with patience ${patience}, counted from epoch ${run.settled} on, the rate can fall after epoch ${first} at the earliest, ` +
      `but the run has ${run.epochs}. Use a smaller patience, or train for longer.`,
  );
}
