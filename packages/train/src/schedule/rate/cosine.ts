import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { checkMinimum } from "./minimum.js";
import type { RateKind, RateRun } from "./types.js";

export interface CosineConfig {
  kind: "cosine";
  /** Epochs until the minimum, warm-up included; fractions are allowed. Null: all of the run's. */
  epochs: number | null;
  /** Learning rate at the end. */
  minimum: number;
  /** Epochs in which the rate first rises from zero in equal steps. */
  warmupEpochs: number;
}

/**
 * Half a cosine from the learning rate lr to the minimum, step by step (Loshchilov & Hutter 2017, eq. 5, without
 * restarts): after t of T steps, minimum + (lr - minimum) (1 + cos(pi t / T)) / 2, and the minimum from then on.
 * Before it, a warm-up of W steps: lr / W, 2 lr / W, ... lr (Goyal et al. 2017).
 */
export const cosine: RateKind<CosineConfig> = {
  schema: z.strictObject({
    kind: z.literal("cosine"),
    epochs: z.number().positive().nullable().default(null),
    minimum: z.number().min(0).default(0),
    warmupEpochs: z.number().min(0).default(0),
  }),
  lengthIn: ({ epochs }, run) => (epochs === null ? `epochs=${run}` : null),
  create(config, run) {
    const { minimum } = config;
    const { learningRate } = run;
    const { rising, falling } = spansOf(config, run);
    return {
      at(step) {
        if (step <= rising) return (learningRate * step) / rising;
        const share = Math.min((step - 1 - rising) / falling, 1);
        return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * share))) / 2;
      },
    };
  },
};

/** Steps of the warm-up and of the cosine. */
function spansOf({ epochs, minimum, warmupEpochs }: CosineConfig, run: RateRun) {
  const { batchesPerEpoch } = run;
  const end = epochs ?? run.epochs;
  checkMinimum("cosine", minimum, run.learningRate);
  if (end > run.epochs) {
    throw new UsageError(
      `learning rate cosine: it reaches its minimum after ${end} epochs, but the run has ${run.epochs}. ` +
        "Train for longer, or leave its epochs out to use all of the run's.",
    );
  }
  const rising = Math.round(warmupEpochs * batchesPerEpoch);
  const falling = Math.round(end * batchesPerEpoch) - rising;
  if (warmupEpochs > 0 && rising < 1) {
    throw new UsageError(
      `learning rate cosine: a warm-up of ${warmupEpochs} epochs is less than one step; an epoch has ${batchesPerEpoch}.`,
    );
  }
  if (falling < 1) {
    throw new UsageError(
      `learning rate cosine: the warm-up takes ${warmupEpochs} of its ${end} epochs, which leaves no step to fall in.`,
    );
  }
  return { rising, falling };
}
