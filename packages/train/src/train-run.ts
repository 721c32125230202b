import { createEngine } from "./engine/index.js";
import type { Engine, EngineName } from "./engine/types.js";
import { batchesPerEpoch, runTraining, startProgress, type Training } from "./loop.js";
import type { Vae } from "./model/vae.js";
import type { FitOptions } from "./options.js";
import type { Plan, PlannedRun } from "./plan.js";
import { checkedState } from "./run/checked-state.js";
import type { RunConfig } from "./run/config.js";
import type { RunDirectory } from "./run/directory.js";
import type { EpochMetrics, LatentStatistics } from "./run/metrics.js";
import { weightsOf } from "./run/weights.js";

/** What training leaves. The caller disposes of `vae`. */
export interface Run {
  vae: Vae;
  config: RunConfig;
  metrics: EpochMetrics[];
  /** Of the validation examples, for the weights that `vae` has. */
  statistics: LatentStatistics | null;
  /** The epoch whose weights `vae` has, where the run has a patience; else null, and they are the last epoch's. */
  bestEpoch: number | null;
  directory: string | null;
  /** Whether it was stopped before its last epoch. */
  stopped: boolean;
}

/** What a run starts with, new or resumed. */
export interface Start extends PlannedRun {
  options: Pick<FitOptions, "threads" | "signal" | "onEvent" | "checkpointEvery">;
}

type Resumed = Pick<Training, "progress" | "metrics" | "best"> & { state: Record<string, Float32Array> };

/** Train as planned, from the beginning or from where a run was. The engine, if given, is disposed of. */
export async function trainRun(
  start: Start & { plan: Plan; directory: RunDirectory | null; engine?: Engine; from?: Resumed },
): Promise<Run> {
  const { config, vae, data, train, kept, directory, options, plan, from } = start;
  const emit = options.onEvent ?? (() => {});
  const caveat = vae.likelihood.caveat(config.binarize === "dynamic" ? { ...data, binary: true } : data);
  if (caveat) emit({ type: "warning", message: caveat });
  if (kept.indices.length === 0) {
    emit({ type: "warning", message: "no examples are kept back: nothing will be validated" });
  }
  const release = await directory?.lock();
  let { engine } = start;
  try {
    engine ??= await createEngine(config.engine as EngineName, plan.job);
    if (from) {
      await engine.writeState(checkedState(from.state, await engine.readState()));
      await directory?.writeConfig(config);
    }
    const training: Training = {
      config,
      vae,
      ...plan,
      engine,
      data,
      train,
      validation: kept.indices.length > 0 ? kept : null,
      directory,
      progress: from?.progress ?? startProgress(),
      metrics: from?.metrics ?? [],
      best: from?.best ?? null,
      checkpointEvery: options.checkpointEvery,
      signal: options.signal,
      emit,
    };
    emit({
      type: "start",
      epochs: config.epochs,
      batches: batchesPerEpoch(training),
      examples: train.length,
      validation: kept.indices.length,
      engine: engine.name,
      parameters: vae.parameters.reduce((sum, { variable }) => sum + variable.size, 0),
    });
    const { statistics, stopped } = await runTraining(training);
    const { best } = training;
    vae.writeWeights(best?.weights ?? weightsOf(vae, await engine.readState()));
    return {
      vae,
      config,
      metrics: training.metrics,
      statistics: best ? best.statistics : statistics,
      bestEpoch: best?.epoch ?? null,
      directory: directory?.path ?? null,
      stopped,
    };
  } finally {
    await engine?.dispose();
    await release?.();
  }
}
