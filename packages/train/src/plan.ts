import { checkBlackAndWhite, checkSupport } from "./data/support.js";
import type { Dataset } from "./data/types.js";
import { createJob } from "./engine/job.js";
import { batchesPerEpoch, type Training } from "./loop.js";
import { gatherConditions } from "./model/condition.js";
import type { Vae } from "./model/vae.js";
import { type ObjectiveConfig, objectives } from "./objective/index.js";
import type { ObjectiveKind } from "./objective/types.js";
import { type OptimizerConfig, optimizers } from "./optimizer/index.js";
import type { FitOptions } from "./options.js";
import type { RunConfig } from "./run/config.js";
import { checkEarlyStopping } from "./schedule/early-stopping.js";
import { klSchedule } from "./schedule/kl.js";
import { checkKlControls, klConfigOf } from "./schedule/kl-config.js";
import { createRate, type RateConfig, rateLengthIn, rates } from "./schedule/rate/index.js";
import { warmupLengthIn } from "./schedule/warmup.js";
import { configOf, kindOf } from "./schema.js";

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
  const kind = kindOf<ObjectiveKind<ObjectiveConfig>>(objectives, objective, "objective");
  checkKlControls(config.kl, objective.kind, kind.controls(objective));
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
  const kl = klOf({ config, vae, train });
  const { learningRate } = config;
  const rate = createRate(config.rate, { ...sizes, learningRate, validation, settled: kl.settled });
  const schedules = { rate, kl };
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

/** What changes of the schedules of a run that is laid out over another number of epochs than before; a sentence for each. */
export function laidOutAnew(
  { rate, kl }: Pick<RunConfig, "rate" | "kl">,
  from: number,
  to: number,
): string[] {
  const all = [
    {
      name: "rate",
      flag: "--rate",
      kind: rate.kind,
      lengthIn: (epochs: number) => rateLengthIn(rate, epochs),
    },
    kl.warmup && {
      name: "warmup",
      flag: "--kl-warmup",
      kind: kl.warmup.kind,
      lengthIn: (epochs: number) => warmupLengthIn(kl.warmup!, epochs),
    },
  ];
  return all.flatMap((schedule) => {
    if (!schedule) return [];
    const { name, flag, kind, lengthIn } = schedule;
    const fixed = lengthIn(from);
    if (fixed === lengthIn(to)) return [];
    return [
      `the ${name} ${kind} is now laid out over ${to} epochs instead of ${from}, so that its value jumps. ` +
        `A run whose ${name} keeps its length begins with ${flag} ${kind}:${fixed}.`,
    ];
  });
}

export type Plan = Pick<Training, "job" | "schedules">;
