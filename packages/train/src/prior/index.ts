import { standardNormal } from "./standard-normal.js";
import type { Prior } from "./types.js";

export type PriorName = "standard-normal";

export const priors: { readonly [K in PriorName]: Prior } = { "standard-normal": standardNormal };
