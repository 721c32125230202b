import { UsageError } from "@vaekit/infer";
import type { Vae } from "../model/vae.js";
import { type ObjectiveConfig, type ObjectiveName, objectives } from "../objective/index.js";
import { type KlControl, plainKl } from "../objective/kl-control.js";
import type { ObjectiveKind } from "../objective/types.js";
import { createOptimizer, type OptimizerConfig, type OptimizerName, optimizers } from "../optimizer/index.js";
import { configOf, kindOf } from "../schema.js";
import type { Job } from "./types.js";

export interface JobOptions {
  /** Rows of every training batch. */
  rows: number;
  /** Examples to train on. Default: rows. */
  examples?: number;
  /** Default "elbo". */
  objective?: ObjectiveName | ObjectiveConfig;
  /** Default "adam". */
  optimizer?: OptimizerName | OptimizerConfig;
  binarize?: boolean;
  control?: KlControl;
  clip?: number | null;
  ema?: number | null;
  threads?: number;
}

/** What an engine runs, from names and configurations. @throws UsageError for what does not fit together */
export function createJob(vae: Vae, options: JobOptions): Job {
  const { rows, examples = rows, binarize = false, control = plainKl, clip = null, ema = null } = options;
  const objective = configOf<ObjectiveConfig>(objectives, options.objective ?? "elbo", "objective");
  const optimizer = configOf<OptimizerConfig>(optimizers, options.optimizer ?? "adam", "optimizer");
  const { prior } = vae.config;
  checkFit(objective.kind, prior.kind);
  const objectiveKind = kindOf<ObjectiveKind<ObjectiveConfig>>(objectives, objective, "objective");
  return {
    vae,
    objective: objectiveKind.create(objective, {
      examples,
      rows,
      latent: vae.latent,
      uniforms: vae.prior.uniforms,
    }),
    optimizer: createOptimizer(optimizer),
    rows,
    binarize,
    control,
    clip,
    ema,
    threads: options.threads,
  };
}

/** A codebook is learned by vq alone, and vq learns no other prior; ae learns none. @throws UsageError */
export function checkFit(objective: string, prior: string): void {
  if (prior === "codebook" && objective !== "vq") {
    throw new UsageError(`prior codebook is learned by objective vq, got objective ${objective}.`);
  }
  if (objective === "vq" && prior !== "codebook") {
    throw new UsageError(`objective vq learns a codebook, got prior ${prior}. Use prior codebook.`);
  }
  if (objective === "ae" && prior !== "standard-normal") {
    throw new UsageError(
      `objective ae has no prior in its loss, so that nothing would train prior ${prior}. Use prior standard-normal, or another objective.`,
    );
  }
}
