import type { z } from "zod";
import { schemaOf } from "../schema.js";
import { type BernoulliConfig, bernoulli } from "./bernoulli.js";
import { type CategoricalConfig, categorical } from "./categorical.js";
import { type ContinuousBernoulliConfig, continuousBernoulli } from "./continuous-bernoulli.js";
import { type DiscretizedLogisticConfig, discretizedLogistic } from "./discretized-logistic.js";
import { type GaussianConfig, gaussian } from "./gaussian.js";
import { type LaplaceConfig, laplace } from "./laplace.js";
import type { LikelihoodKind } from "./types.js";

export type LikelihoodConfig =
  | BernoulliConfig
  | ContinuousBernoulliConfig
  | GaussianConfig
  | LaplaceConfig
  | DiscretizedLogisticConfig
  | CategoricalConfig;
export type LikelihoodName = LikelihoodConfig["kind"];

export const likelihoods: {
  readonly [K in LikelihoodName]: LikelihoodKind<Extract<LikelihoodConfig, { kind: K }>>;
} = {
  bernoulli,
  "continuous-bernoulli": continuousBernoulli,
  gaussian,
  laplace,
  "discretized-logistic": discretizedLogistic,
  categorical,
};

/** Whether ln p(x|z) of the likelihood of that name is a density; false for a name that is not known. */
export function isDensity(name: string): boolean {
  return Object.hasOwn(likelihoods, name) && likelihoods[name as LikelihoodName].density;
}

/** Any likelihood's configuration as it stands in files. */
export const likelihoodSchema: z.ZodType<LikelihoodConfig> = schemaOf(likelihoods, "likelihood");
