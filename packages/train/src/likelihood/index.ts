import { bernoulli } from "./bernoulli.js";
import type { Likelihood } from "./types.js";

export type LikelihoodName = "bernoulli";

export const likelihoods: { readonly [K in LikelihoodName]: Likelihood } = { bernoulli };
