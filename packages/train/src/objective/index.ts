import type { z } from "zod";
import { schemaOf } from "../schema.js";
import { type AeConfig, ae } from "./ae.js";
import { type BetaTcConfig, betaTc } from "./beta-tc.js";
import { type ElboConfig, elbo } from "./elbo.js";
import { type InfoVaeConfig, infovae } from "./infovae.js";
import { type IwaeConfig, iwae } from "./iwae.js";
import type { ObjectiveKind } from "./types.js";
import { type VqConfig, vq } from "./vq.js";

export type ObjectiveConfig = ElboConfig | AeConfig | IwaeConfig | BetaTcConfig | InfoVaeConfig | VqConfig;
export type ObjectiveName = ObjectiveConfig["kind"];

export const objectives: {
  readonly [K in ObjectiveName]: ObjectiveKind<Extract<ObjectiveConfig, { kind: K }>>;
} = { elbo, ae, iwae, "beta-tc": betaTc, infovae, vq };

/** Any objective's configuration as it stands in files. */
export const objectiveSchema: z.ZodType<ObjectiveConfig> = schemaOf(objectives, "objective");
