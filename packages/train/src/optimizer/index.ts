import { adam } from "./adam.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";
import type { Optimizer } from "./types.js";

export type OptimizerName = "adam" | "rmsprop" | "sgd";

export const optimizers: { readonly [K in OptimizerName]: Optimizer } = { adam, rmsprop, sgd };
