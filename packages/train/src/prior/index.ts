import type { z } from "zod";
import { schemaOf } from "../schema.js";
import { type CodebookConfig, codebook } from "./codebook.js";
import { type MixtureConfig, mixture } from "./mixture.js";
import { type StandardNormalConfig, standardNormal } from "./standard-normal.js";
import type { PriorKind } from "./types.js";
import { type VampConfig, vamp } from "./vamp.js";

export type PriorConfig = StandardNormalConfig | MixtureConfig | VampConfig | CodebookConfig;
export type PriorName = PriorConfig["kind"];

export const priors: {
  readonly [K in PriorName]: PriorKind<Extract<PriorConfig, { kind: K }>>;
} = { "standard-normal": standardNormal, mixture, vamp, codebook };

/** Any prior's configuration as it stands in files. */
export const priorSchema: z.ZodType<PriorConfig> = schemaOf(priors, "prior");
