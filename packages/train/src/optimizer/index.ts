import type { z } from "zod";
import { schemaOf } from "../schema.js";
import { type AdamConfig, adam } from "./adam.js";
import { type AdamWConfig, adamw } from "./adamw.js";
import { type RmspropConfig, rmsprop } from "./rmsprop.js";
import { type SgdConfig, sgd } from "./sgd.js";
import type { Optimizer, OptimizerKind } from "./types.js";

export type OptimizerConfig = AdamConfig | AdamWConfig | RmspropConfig | SgdConfig;
export type OptimizerName = OptimizerConfig["kind"];

export const optimizers: {
  readonly [K in OptimizerName]: OptimizerKind<Extract<OptimizerConfig, { kind: K }>>;
} = { adam, adamw, rmsprop, sgd };

/** Any optimizer's configuration as it stands in files. */
export const optimizerSchema: z.ZodType<OptimizerConfig> = schemaOf(optimizers, "optimizer");

/** The optimizer of a configuration whose defaults are filled in. */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  const kind = optimizers[config.kind] as OptimizerKind<never>;
  return kind.create(config as never);
}
