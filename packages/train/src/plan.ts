import { checkBlackAndWhite, checkSupport } from "./data/support.js";
import type { Dataset } from "./data/types.js";
import { createJob } from "./engine/job.js";
import { batchesPerEpoch, type Training } from "./loop.js";
import { gatherConditions } from "./model/condition.js";
import type { Vae } from "./model/vae.js";
import { type ObjectiveConfig, objectives } from "./objective/index.js";
import { type OptimizerConfig, optimizers } from "./optimizer/index.js";
import type { FitOptions } from "./options.js";
import type { RunConfig } from "./run/config.js";
import { checkEarlyStopping } from "./schedule/early-stopping.js";
import { klSchedule } from "./schedule/kl.js";
import { checkKlControls, klConfigOf } from "./schedule/kl-config.js";
import { createRate, type RateConfig, rates } from "./schedule/rate/index.js";
import { configOf } from "./schema.js";

/** What a run is planned from. */
export interface PlannedRun {
  config: RunConfig;
  vae: Vae;
  data: Dataset;
  train: Uint32Array;
  kept: NonNullable<Training["validation"]>;
  options: Pick<FitOptions, "threads">;
}

/** The parts of a configuration that say how a model learns, with defaults filled in. @throws UsageError */
export function learningConfig(options: FitOptions) {
  const optimizer = configOf<OptimizerConfig>(optimizers, options.optimizer ?? "adam", "optimizer");
  const { warmup = null, freeBits = null } = options;
  return {
    objective: configOf<ObjectiveConfig>(objectives, options.objective ?? "elbo", "objective"),
    optimizer,
    learningRate: options.learningRate ?? optimizers[optimizer.kind].defaultLearningRate,
    rate: configOf<RateConfig>(rates, options.rate ?? "constant", "rate"),
    kl: klConfigOf({
      beta: options.beta,
      warmup: typeof warmup === "number" ? { kind: "linear", epochs: warmup } : warmup,
      capacity: options.capacity,
      freeBits: typeof freeBits === "number" ? { nats: freeBits } : freeBits,
      unit: options.klUnit,
    }),
    clip: options.clip ?? null,
    ema: options.ema ?? null,
    patience: options.patience ?? null,
  };
}

/** What a run does at each step. Everything in it that contradicts itself is found here, before training. */
export function planRun({ config, vae, data, train, kept, options }: PlannedRun): Plan {
  const { objective, epochs, batch, binarize, patience } = config;
  checkKlControls(config.kl, objective.kind, objectives[objective.kind].controls);
  if (binarize === "none") {
    checkSupport(vae.likelihood, data);
    if (kept.data !== data) checkSupport(vae.likelihood, kept.data);
  } else {
    checkBlackAndWhite(vae.likelihood);
  }
  if (vae.condition) {
    gatherConditions(data, vae.condition, train, new Float32Array(train.length * vae.conditions));
    gatherConditions(
      kept.data,
      vae.condition,
      kept.indices,
      new Float32Array(kept.indices.length * vae.conditions),
    );
  }
  const sizes = { epochs, batchesPerEpoch: batchesPerEpoch({ config, train }) };
  const validation = kept.indices.length > 0;
  const schedules = {
    rate: createRate(config.rate, { ...sizes, learningRate: config.learningRate, validation }),
    kl: klOf({ config, vae, train }),
  };
  if (patience !== null) checkEarlyStopping({ patience, from: schedules.kl.settled }, { epochs, validation });
  const job = createJob(vae, {
    rows: batch,
    examples: train.length,
    objective,
    optimizer: config.optimizer,
    binarize: binarize === "dynamic",
    control: schedules.kl.control,
    clip: config.clip,
    ema: config.ema,
    threads: options.threads,
  });
  return { job, schedules };
}

/** The KL's schedule over a run. @throws UsageError where it does not fit the run */
export function klOf({
  config,
  vae,
  train,
}: Pick<PlannedRun, "config" | "vae"> & { train: { length: number } }) {
  return klSchedule(config.kl, {
    epochs: config.epochs,
    batchesPerEpoch: batchesPerEpoch({ config, train }),
    latent: vae.latent,
    factorised: vae.prior.kl !== null,
  });
}

export type Plan = Pick<Training, "job" | "schedules">;
