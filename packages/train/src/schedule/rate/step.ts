import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import type { RateKind, RateRun } from "./types.js";

export interface StepConfig {
  kind: "step";
  /** Epochs between two changes. Null: a third of the run's, rounded up, unless there are milestones. */
  every: number | null;
  /** Epochs after which the rate changes, rising; instead of `every`. */
  milestones: number[];
  /** What the rate is multiplied with at each change. */
  factor: number;
}

const epochs = z.number().int().positive();
const thirdOf = (run: number) => Math.ceil(run / 3);

/** lr factor^n, where n changes came before the step's epoch: every so many epochs, or after those that are named. */
export const step: RateKind<StepConfig> = {
  schema: z
    .strictObject({
      kind: z.literal("step"),
      every: epochs.nullable().default(null),
      milestones: z.array(epochs).default([]),
      factor: z.number().gt(0).lt(1).default(0.1),
    })
    .refine(({ milestones }) => milestones.every((at, i) => i === 0 || at > milestones[i - 1]!), {
      path: ["milestones"],
      message: "must rise",
    })
    .refine(({ every, milestones }) => every === null || milestones.length === 0, {
      path: ["milestones"],
      message: "cannot go with every: give one of the two",
    }),
  lengthIn: ({ every, milestones }, run) =>
    every === null && milestones.length === 0 ? `every=${thirdOf(run)}` : null,
  create({ every, milestones, factor }, run) {
    const { learningRate, batchesPerEpoch } = run;
    const period = every ?? thirdOf(run.epochs);
    checkReached(milestones.length > 0 ? milestones : [period], run);
    return {
      at(step) {
        const done = Math.floor((step - 1) / batchesPerEpoch);
        const changes =
          milestones.length > 0 ? milestones.filter((at) => at <= done).length : Math.floor(done / period);
        return learningRate * factor ** changes;
      },
    };
  },
};

function checkReached(changes: readonly number[], run: RateRun): void {
  const late = changes.filter((at) => at >= run.epochs);
  if (late.length === 0) return;
  throw new UsageError(
    `learning rate step: it would change after epoch ${late.join(", ")}, but the run has ${run.epochs}. ` +
      "Let it change earlier, or train for longer.",
  );
}
