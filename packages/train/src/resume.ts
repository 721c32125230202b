import { UsageError } from "@vaekit/infer";
import { fingerprint } from "./data/fingerprint.js";
import { openData } from "./data/open.js";
import type { Dataset } from "./data/types.js";
import { checkEngine } from "./engine/index.js";
import { RunError } from "./errors.js";
import { bestOf, modelOf } from "./load-run.js";
import { patienceOf } from "./loop.js";
import type { AnyModelConfig } from "./model/index.js";
import { Vae } from "./model/vae.js";
import { checkFitOptions, type FitOptions } from "./options.js";
import { laidOutAnew, planRun } from "./plan.js";
import { type Progress, readNewestCheckpoint } from "./run/checkpoint.js";
import type { RunConfig } from "./run/config.js";
import { RunDirectory } from "./run/directory.js";
import { splitIndices, wholeOf } from "./split.js";
import { type Run, type Start, trainRun } from "./train-run.js";

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
  if (fingerprint(data, config.model.condition) !== config.data.sha256) {
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
    return await trainRun({ ...start, plan, directory: run, from: { progress, state, metrics, best } });
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

/** @throws RunError for validation data other than the run's own */
function checkValidation(path: string, { model, validation }: RunConfig, given: Dataset): void {
  if (!validation.separate) {
    throw new RunError(
      `${path}: the run keeps its validation examples back from its data, got ${given.name} to validate on. Leave that out.`,
    );
  }
  const { sha256 } = validation;
  if (sha256 === null || fingerprint(given, model.condition) === sha256) return;
  throw new RunError(
    `${path}: ${given.name} is not the validation data that the run began with (its sha256 differs).`,
  );
}

/** @throws UsageError for a goal that lies behind what is done: the run would be taken for finished */
function checkGoal(path: string, { epoch, batch }: Progress, epochs: number | undefined): void {
  if (epochs === undefined || epochs >= (batch > 0 ? epoch + 1 : epoch)) return;
  const done = batch > 0 ? `${epoch} epochs and ${batch} batches are` : `${epoch} epochs are`;
  throw new UsageError(
    `${path}: ${done} done, and epochs is the total of the run, got ${epochs}. Give a larger total.`,
  );
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
