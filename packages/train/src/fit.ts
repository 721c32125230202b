import { createHash } from "node:crypto";
import { version } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { choose } from "./choose.js";
import { checkData } from "./data/dataset.js";
import { openData } from "./data/open.js";
import type { Dataset } from "./data/types.js";
import { checkEngine, createEngine } from "./engine/index.js";
import type { Engine, EngineName, Job } from "./engine/types.js";
import { RunError } from "./errors.js";
import { batchesPerEpoch, runTraining, startProgress, type Training } from "./loop.js";
import type { AnyModelConfig } from "./model/index.js";
import { Vae } from "./model/vae.js";
import { objectives } from "./objective/index.js";
import { optimizers } from "./optimizer/index.js";
import { checkFitOptions, type FitOptions } from "./options.js";
import { type Progress, readNewestCheckpoint } from "./run/checkpoint.js";
import { type RunConfig, runFormat, runVersion } from "./run/config.js";
import { RunDirectory } from "./run/directory.js";
import type { EpochMetrics, LatentStatistics } from "./run/metrics.js";
import { splitIndices } from "./split.js";

/** What training leaves. The caller disposes of `vae`. */
export interface Run {
  vae: Vae;
  config: RunConfig;
  metrics: EpochMetrics[];
  /** Of the validation examples after the last epoch. */
  statistics: LatentStatistics | null;
  directory: string | null;
  /** Whether it was stopped before its last epoch. */
  stopped: boolean;
}

/**
 * Train a VAE.
 * model: from `mlp(...)`; data: from `openData` or `images`.
 * @throws UsageError for options that do not fit, DivergenceError when loss or weights stop being finite
 */
export async function fit(model: AnyModelConfig, data: Dataset, options: FitOptions = {}): Promise<Run> {
  checkFitOptions(options);
  checkData(data);
  const { seed = 0, out, force, validation = 0.1 } = options;
  const optimizer = choose(optimizers, options.optimizer ?? "adam", "optimizer");
  choose(objectives, options.objective ?? "elbo", "objective");
  await checkEngine(options.engine ?? "compiled");
  const split = splitIndices(data.count, typeof validation === "number" ? validation : 0, seed);
  const kept =
    typeof validation === "number" ? { data, indices: split.validation } : wholeOf(validation, data);
  const batch = options.batch ?? Math.min(128, split.train.length);
  if (batch > split.train.length) {
    throw new UsageError(
      `batch is ${batch}, but there are ${split.train.length} examples to train on. Use a smaller batch.`,
    );
  }
  const config: RunConfig = {
    format: runFormat,
    version: runVersion,
    producer: `vaekit ${version}`,
    model,
    data: {
      source: options.source?.data ?? null,
      limit: options.source?.limit ?? null,
      kind: data.kind,
      name: data.name,
      shape: [...data.shape],
      dtype: data.dtype,
      range: [data.range[0], data.range[1]],
      count: data.count,
      sha256: fingerprint(data),
    },
    validation: {
      count: kept.indices.length,
      separate: typeof validation !== "number",
      source: options.source?.validation ?? null,
    },
    objective: options.objective ?? "elbo",
    optimizer: options.optimizer ?? "adam",
    learningRate: options.learningRate ?? optimizer.defaultLearningRate,
    beta: options.beta ?? 1,
    batch,
    epochs: options.epochs ?? 10,
    seed,
    engine: options.engine ?? "compiled",
    binarize: options.binarize ?? "none",
  };
  const vae = new Vae(model, data, seed);
  try {
    const directory = out === undefined ? null : await RunDirectory.create(out, config, { force });
    return await train({ config, vae, data, train: split.train, kept, directory, options });
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

export type ResumeOptions = Pick<
  FitOptions,
  "engine" | "epochs" | "threads" | "signal" | "onEvent" | "checkpointEvery"
> & {
  /** The run's data, where it was not opened by name or path. */
  data?: Dataset;
  validation?: Dataset;
};

/**
 * Go on with a run from its newest whole checkpoint: with the same engine, bit for bit as if it had never stopped.
 * `epochs` may raise the goal (it is the run's total), `engine` may be another.
 * @throws RunError when the run cannot be read, or the data are not those it began with
 */
export async function resume(path: string, options: ResumeOptions = {}): Promise<Run> {
  const { data: _, ...fitOptions } = options;
  checkFitOptions(fitOptions);
  const { run, config } = await RunDirectory.open(path);
  await checkEngine(options.engine ?? config.engine);
  const warn = (message: string) => options.onEvent?.({ type: "warning", message });
  const { progress, state } = await readNewestCheckpoint(run.checkpoints, warn);
  checkGoal(path, progress, options.epochs);
  if ((options.epochs ?? config.epochs) === progress.epoch) {
    warn(`all ${progress.epoch} epochs are done; a larger --epochs (the total) goes on`);
  }
  const data = options.data ?? (await reopen(config.data.source, config.data.limit, "data"));
  if (fingerprint(data) !== config.data.sha256) {
    throw new RunError(`${path}: ${data.name} is not the data that the run began with (its sha256 differs).`);
  }
  const { validation } = config;
  const split = splitIndices(data.count, validation.separate ? 0 : validation.count, config.seed);
  const own =
    options.validation ?? (validation.separate ? await reopen(validation.source, null, "validation") : null);
  const kept = own ? wholeOf(own, data) : { data, indices: split.validation };
  const goal: RunConfig = {
    ...config,
    epochs: options.epochs ?? config.epochs,
    engine: options.engine ?? config.engine,
  };
  const metrics = (await run.readMetrics()).filter(({ epoch }) => epoch <= progress.epoch);
  const vae = new Vae(config.model, data, config.seed);
  try {
    return await train({
      config: goal,
      vae,
      data,
      train: split.train,
      kept,
      directory: run,
      options,
      from: { progress, state, metrics },
    });
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

/** A finished or stopped run's model, with the weights of its newest whole checkpoint. The caller disposes of `vae`. */
export async function loadRun(
  path: string,
  { onWarning = () => {} }: { onWarning?: (message: string) => void } = {},
): Promise<Run> {
  const { run, config } = await RunDirectory.open(path);
  const { progress, state } = await readNewestCheckpoint(run.checkpoints, onWarning);
  const metrics = (await run.readMetrics()).filter(({ epoch }) => epoch <= progress.epoch);
  const statistics = await run.readStatistics();
  const vae = new Vae(config.model, config.data, config.seed);
  try {
    const sizes = vae.parameters.map(
      ({ name, variable }) => [`weights/${name}`, { length: variable.size }] as const,
    );
    vae.writeWeights(weightsOf(checkedState(state, Object.fromEntries(sizes))));
  } catch (error) {
    vae.dispose();
    throw error;
  }
  return { vae, config, metrics, statistics, directory: path, stopped: progress.epoch < config.epochs };
}

/** @throws UsageError for a goal that lies behind what is done: the run would be taken for finished */
function checkGoal(path: string, { epoch, batch }: Progress, epochs: number | undefined): void {
  if (epochs === undefined || epochs >= (batch > 0 ? epoch + 1 : epoch)) return;
  const done = batch > 0 ? `${epoch} epochs and ${batch} batches are` : `${epoch} epochs are`;
  throw new UsageError(
    `${path}: ${done} done, and epochs is the total of the run, got ${epochs}. Give a larger total.`,
  );
}

interface Start {
  config: RunConfig;
  vae: Vae;
  data: Dataset;
  train: Uint32Array;
  kept: NonNullable<Training["validation"]>;
  directory: RunDirectory | null;
  options: Pick<FitOptions, "threads" | "signal" | "onEvent" | "checkpointEvery">;
  from?: { progress: Progress; state: Record<string, Float32Array>; metrics: EpochMetrics[] };
}

async function train({ config, vae, data, train, kept, directory, options, from }: Start): Promise<Run> {
  const emit = options.onEvent ?? (() => {});
  const job: Job = {
    vae,
    objective: choose(objectives, config.objective, "objective"),
    optimizer: choose(optimizers, config.optimizer, "optimizer"),
    rows: config.batch,
    binarize: config.binarize === "dynamic",
    threads: options.threads,
  };
  const caveat = config.binarize === "dynamic" ? null : vae.likelihood.caveat(data);
  if (caveat) emit({ type: "warning", message: caveat });
  if (kept.indices.length === 0) {
    emit({ type: "warning", message: "no examples are kept back: nothing will be validated" });
  }
  const release = await directory?.lock();
  let engine: Engine | null = null;
  try {
    engine = await createEngine(config.engine as EngineName, job);
    if (from) {
      await engine.writeState(checkedState(from.state, await engine.readState()));
      await directory?.writeConfig(config);
    }
    const training: Training = {
      config,
      vae,
      engine,
      data,
      train,
      validation: kept.indices.length > 0 ? kept : null,
      directory,
      progress: from?.progress ?? startProgress(),
      metrics: from?.metrics ?? [],
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
    vae.writeWeights(weightsOf(await engine.readState()));
    return {
      vae,
      config,
      metrics: training.metrics,
      statistics,
      directory: directory?.path ?? null,
      stopped,
    };
  } finally {
    await engine?.dispose();
    await release?.();
  }
}

function wholeOf(validation: Dataset, data: Dataset): NonNullable<Training["validation"]> {
  if (`${validation.shape}` !== `${data.shape}`) {
    throw new UsageError(`validation data have [${validation.shape}], the training data [${data.shape}]`);
  }
  return { data: validation, indices: Uint32Array.from({ length: validation.count }, (_, i) => i) };
}

function weightsOf(state: Record<string, Float32Array>): Record<string, Float32Array> {
  const prefix = "weights/";
  const entries = Object.entries(state).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, data]) => [name.slice(prefix.length), data]));
}

function checkedState(state: Record<string, Float32Array>, expected: Record<string, { length: number }>) {
  for (const [name, { length }] of Object.entries(expected)) {
    if (state[name]?.length !== length) {
      const got = state[name]?.length ?? "no";
      throw new RunError(
        `the checkpoint has ${got} values for ${name}, the model ${length}: config.json was changed after it was written.`,
      );
    }
  }
  return state;
}

async function reopen(
  source: string | null,
  limit: number | null,
  what: "data" | "validation",
): Promise<Dataset> {
  if (source === null) {
    const given = what === "data" ? "data" : "validation data";
    throw new RunError(`the run's ${given} came from memory; give them again: resume(path, { ${what} })`);
  }
  return openData(source, { limit: limit ?? undefined });
}

function fingerprint({ values, shape }: Dataset): string {
  return createHash("sha256").update(`${shape}`).update(values).digest("hex");
}
