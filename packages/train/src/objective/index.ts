import { ae } from "./ae.js";
import { elbo } from "./elbo.js";
import type { Objective } from "./types.js";

export type ObjectiveName = "elbo" | "ae";

export const objectives: { readonly [K in ObjectiveName]: Objective } = { elbo, ae };
