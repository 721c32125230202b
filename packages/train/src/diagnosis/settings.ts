import { z } from "zod";
import { likelihoodSchema } from "../likelihood/index.js";
import { objectiveSchema } from "../objective/index.js";
import { optimizerSchema, optimizers } from "../optimizer/index.js";
import { priorSchema } from "../prior/index.js";
import { klSchema } from "../schedule/kl-config.js";

const orNull = <T>(schema: z.ZodType<T>) => schema.nullable().catch(null);

/** How a model was trained, of a run's configuration or a bundle's manifest; null for what that does not say. */
export const settingsSchema = z.object({
  model: z
    .object({
      kind: orNull(z.string()),
      likelihood: orNull(likelihoodSchema),
      prior: orNull(priorSchema),
      latent: orNull(z.number()),
    })
    .nullable()
    .catch(null),
  objective: orNull(objectiveSchema),
  kl: orNull(klSchema),
  optimizer: orNull(optimizerSchema),
  learningRate: orNull(z.number()),
  ema: orNull(z.number()),
  epochs: orNull(z.number()),
  batch: orNull(z.number()),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Weight of the KL that training came to; 1 where nothing says otherwise. */
export function betaOf({ kl }: Settings): number {
  return kl?.beta ?? 1;
}

/** The rate over the optimizer's default; 1 where neither is known. */
export function rateFactorOf({ learningRate, optimizer }: Settings): number {
  if (learningRate === null || optimizer === null) return 1;
  return learningRate / optimizers[optimizer.kind].defaultLearningRate;
}

export function defaultRateOf({ optimizer }: Settings): number {
  return optimizers[optimizer?.kind ?? "adam"].defaultLearningRate;
}

/** The scale of errors that was fixed, on the scale 0 to 1; null where it is learned or there is none. */
export function fixedScaleOf({ model }: Settings): number | null {
  const likelihood = model?.likelihood;
  if (likelihood?.kind === "gaussian" && typeof likelihood.sigma === "number") return likelihood.sigma;
  if (likelihood?.kind === "laplace" && typeof likelihood.scale === "number") return likelihood.scale;
  return null;
}
