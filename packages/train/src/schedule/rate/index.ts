import type { z } from "zod";
import { kindOf, schemaOf } from "../../schema.js";
import { type ConstantConfig, constant } from "./constant.js";
import { type CosineConfig, cosine } from "./cosine.js";
import { type PlateauConfig, plateau } from "./plateau.js";
import { type StepConfig, step } from "./step.js";
import type { Rate, RateKind, RateRun } from "./types.js";

export type RateConfig = ConstantConfig | CosineConfig | StepConfig | PlateauConfig;
export type RateName = RateConfig["kind"];

export const rates: {
  readonly [K in RateName]: RateKind<Extract<RateConfig, { kind: K }>>;
} = { constant, cosine, step, plateau };

/** Any learning-rate schedule's configuration as it stands in files. */
export const rateSchema: z.ZodType<RateConfig> = schemaOf(rates, "rate");

/** The schedule of a configuration whose defaults are filled in. @throws UsageError where it does not fit the run */
export function createRate(config: RateConfig, run: RateRun): Rate {
  return kindOf<RateKind<RateConfig>>(rates, config, "rate").create(config, run);
}

/** `lengthIn` of its kind. */
export function rateLengthIn(config: RateConfig, epochs: number): string | null {
  return kindOf<RateKind<RateConfig>>(rates, config, "rate").lengthIn?.(config, epochs) ?? null;
}
