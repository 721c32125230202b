import { createHash } from "node:crypto";
import { version } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { checkData } from "./data/dataset.js";
import { openData } from "./data/open.js";
import type { Dataset } from "./data/types.js";
import { checkEngine, createEngine } from "./engine/index.js";
import type { Engine, EngineName } from "./engine/types.js";
import { RunError } from "./errors.js";
import { batchesPerEpoch, patienceOf, runTraining, startProgress, type Training } from "./loop.js";
import type { AnyModelConfig } from "./model/index.js";
import { prepareModel } from "./model/prepare.js";
import { Vae } from "./model/vae.js";
import { checkFitOptions, type FitOptions } from "./options.js";
import { klOf, laidOutAnew, learningConfig, type Plan, type PlannedRun, planRun } from "./plan.js";
import { type Best, bestName } from "./run/best.js";
import { type Progress, readNewestCheckpoint } from "./run/checkpoint.js";
import { type RunConfig, runFormat, runVersion } from "./run/config.js";
import { RunDirectory } from "./run/directory.js";
import type { EpochMetrics, LatentStatistics } from "./run/metrics.js";
import { weightsOf } from "./run/weights.js";
import { splitIndices } from "./split.js";

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

/**
 * Train a VAE.
 * model: from `mlp(...)`, `conv(...)`, ...; data: from `openData` or `images`.
 * @throws UsageError for options that do not fit, DataError for data that the likelihood gives no probability,
 *   DivergenceError when loss or weights stop being finite
 */
export async function fit(model: AnyModelConfig, data: Dataset, options: FitOptions = {}): Promise<Run> {
  checkFitOptions(options);
  checkData(data);
  const { seed = 0, out, force, validation = 0.1 } = options;
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
      sha256: typeof validation === "number" ? null : fingerprint(validation),
    },
    ...learningConfig(options),
    batch,
    epochs: options.epochs ?? 10,
    seed,
    engine: options.engine ?? "compiled",
    binarize: options.binarize ?? "none",
  };
  const vae = new Vae(await prepareModel(model), data, seed);
  try {
    const start: Start = { config, vae, data, train: split.train, kept, options };
    const plan = planRun(start);
    // Before anything is written: what an engine cannot do it says when it is made.
    const engine = await createEngine(config.engine as EngineName, plan.job);
    try {
      const directory = out === undefined ? null : await RunDirectory.create(out, config, { force });
      return await train({ ...start, plan, directory, engine });
    } finally {
      await engine.dispose();
    }
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
  /** The run's model, where it is a custom one that no module builds. */
  model?: AnyModelConfig;
};

/**
 * Go on with a run from its newest whole checkpoint: with the same engine, bit for bit as if it had never stopped.
 * `epochs` may raise the goal (it is the run's total), `engine` may be another.
 * @throws RunError when the run cannot be read, or the data are not those it began with
 */
export async function resume(path: string, options: ResumeOptions = {}): Promise<Run> {
  const { data: _, model: __, ...fitOptions } = options;
  checkFitOptions(fitOptions);
  const { run, config } = await RunDirectory.open(path);
  await checkEngine(options.engine ?? config.engine);
  const warn = (message: string) => options.onEvent?.({ type: "warning", message });
  const { progress, state } = await readNewestCheckpoint(run.checkpoints, warn);
  checkGoal(path, progress, options.epochs);
  if ((options.epochs ?? config.epochs) === progress.epoch) {
    warn(`all ${progress.epoch} epochs are done; a larger --epochs (the total) goes on`);
  }
  for (const message of laidOutAnew(config, config.epochs, options.epochs ?? config.epochs)) warn(message);
  const data = options.data ?? (await reopen(config.data.source, config.data.limit, "data"));
  if (fingerprint(data) !== config.data.sha256) {
    throw new RunError(`${path}: ${data.name} is not the data that the run began with (its sha256 differs).`);
  }
  const { validation } = config;
  const split = splitIndices(data.count, validation.separate ? 0 : validation.count, config.seed);
  const own =
    options.validation ?? (validation.separate ? await reopen(validation.source, null, "validation") : null);
  if (own) checkValidation(path, config, own);
  const kept = own ? wholeOf(own, data) : { data, indices: split.validation };
  const goal: RunConfig = {
    ...config,
    epochs: options.epochs ?? config.epochs,
    engine: options.engine ?? config.engine,
  };
  const metrics = (await run.readMetrics()).filter(({ epoch }) => epoch <= progress.epoch);
  const model = await modelOf(config, options.model);
  const vae = new Vae(model, data, config.seed);
  try {
    const start: Start = { config: goal, vae, data, train: split.train, kept, options };
    const plan = planRun(start);
    const best = await bestOf(run, patienceOf({ config: goal, metrics, schedules: plan.schedules }), warn);
    return await train({ ...start, plan, directory: run, from: { progress, state, metrics, best } });
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

export interface LoadRunOptions {
  onWarning?: (message: string) => void;
  /** The run's model, where it is a custom one that no module builds. */
  model?: AnyModelConfig;
}

/**
 * A finished or stopped run's model: with the weights of its best epoch where the run has a patience, else of its newest
 * whole checkpoint. The caller disposes of `vae`.
 */
export async function loadRun(path: string, options: LoadRunOptions = {}): Promise<Run> {
  const { onWarning = () => {} } = options;
  const { run, config } = await RunDirectory.open(path);
  const { progress, state } = await readNewestCheckpoint(run.checkpoints, onWarning);
  const metrics = (await run.readMetrics()).filter(({ epoch }) => epoch <= progress.epoch);
  const vae = new Vae(await modelOf(config, options.model), config.data, config.seed);
  const { count } = config.data;
  const train = { length: config.validation.separate ? count : count - config.validation.count };
  try {
    const patience = patienceOf({ config, metrics, schedules: { kl: klOf({ config, vae, train }) } });
    const best = await bestOf(run, patience, onWarning);
    const sizes = vae.variables().map(({ name, variable }) => [name, { length: variable.size }] as const);
    vae.writeWeights(checkedState(best?.weights ?? weightsOf(vae, state), Object.fromEntries(sizes)));
    return {
      vae,
      config,
      metrics,
      statistics: best ? best.statistics : await run.readStatistics(),
      bestEpoch: best?.epoch ?? null,
      directory: path,
      stopped: progress.epoch < config.epochs && !patience?.stop,
    };
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

/** The best epoch's weights, where the run has a patience; with a word to `warn` where they should be there and are not. */
async function bestOf(
  run: RunDirectory,
  patience: ReturnType<typeof patienceOf>,
  warn: (message: string) => void,
): Promise<Best | null> {
  if (!patience) return null;
  const best = await run.readBest();
  if (!best && patience.best > 0) {
    warn(
      `${run.path}: ${bestName} is missing, which holds the weights of epoch ${patience.best}, the best; ` +
        "those of the newest checkpoint are used",
    );
  }
  return best;
}

/** @throws RunError for validation data other than the run's own */
function checkValidation(path: string, { validation }: RunConfig, given: Dataset): void {
  if (!validation.separate) {
    throw new RunError(
      `${path}: the run keeps its validation examples back from its data, got ${given.name} to validate on. Leave that out.`,
    );
  }
  const { sha256 } = validation;
  if (sha256 === null || fingerprint(given) === sha256) return;
  throw new RunError(
    `${path}: ${given.name} is not the validation data that the run began with (its sha256 differs).`,
  );
}

/** A run's model, ready to be built. @throws UsageError for a custom one that neither is given nor has a module */
async function modelOf({ model }: RunConfig, given?: AnyModelConfig): Promise<AnyModelConfig> {
  const chosen = given ?? model;
  if (given && JSON.stringify(given) !== JSON.stringify(model)) {
    throw new UsageError(
      "the model given is not the one that the run began with: their configurations differ.",
    );
  }
  return prepareModel(chosen);
}

/** @throws UsageError for a goal that lies behind what is done: the run would be taken for finished */
function checkGoal(path: string, { epoch, batch }: Progress, epochs: number | undefined): void {
  if (epochs === undefined || epochs >= (batch > 0 ? epoch + 1 : epoch)) return;
  const done = batch > 0 ? `${epoch} epochs and ${batch} batches are` : `${epoch} epochs are`;
  throw new UsageError(
    `${path}: ${done} done, and epochs is the total of the run, got ${epochs}. Give a larger total.`,
  );
}

interface Start extends PlannedRun {
  options: Pick<FitOptions, "threads" | "signal" | "onEvent" | "checkpointEvery">;
}

type Resumed = Pick<Training, "progress" | "metrics" | "best"> & { state: Record<string, Float32Array> };

async function train(
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

function wholeOf(validation: Dataset, data: Dataset): NonNullable<Training["validation"]> {
  if (`${validation.shape}` !== `${data.shape}`) {
    throw new UsageError(`validation data have [${validation.shape}], the training data [${data.shape}]`);
  }
  return { data: validation, indices: Uint32Array.from({ length: validation.count }, (_, i) => i) };
}

function checkedState(state: Record<string, Float32Array>, expected: Record<string, { length: number }>) {
  for (const [name, { length }] of Object.entries(expected)) {
    if (state[name]?.length !== length) {
      const got = state[name]?.length ?? "no";
      throw new RunError(
        `the checkpoint has ${got} values for ${name}, the model ${length}: its module builds other weights now, or config.json was changed after it was written.`,
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
