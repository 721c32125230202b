import { RandomStream } from "@vaekit/infer";
import { gatherBatch } from "./data/batch.js";
import type { Dataset } from "./data/types.js";
import { watchRun } from "./diagnosis/watch.js";
import { drawNoise, noiseSpecs } from "./engine/noise.js";
import type { Batch, Engine, EngineState, Job, Noise, Schedule, StepTerms } from "./engine/types.js";
import { DivergenceError } from "./errors.js";
import { evaluateElbo } from "./evaluation/elbo.js";
import type { FitEvent } from "./events.js";
import type { Vae } from "./model/vae.js";
import type { Best } from "./run/best.js";
import { listCheckpoints, type Progress } from "./run/checkpoint.js";
import type { RunConfig } from "./run/config.js";
import type { RunDirectory } from "./run/directory.js";
import type { EpochMetrics, LatentStatistics } from "./run/metrics.js";
import { weightsOf } from "./run/weights.js";
import { earlyStopping } from "./schedule/early-stopping.js";
import type { KlSchedule } from "./schedule/kl.js";
import type { Rate } from "./schedule/rate/types.js";
import { validationLosses } from "./schedule/validation-losses.js";

/** Everything a run works on. */
export interface Training {
  config: RunConfig;
  vae: Vae;
  job: Job;
  engine: Engine;
  schedules: { rate: Rate; kl: KlSchedule };
  data: Dataset;
  /** Indices into `data`. */
  train: Uint32Array;
  validation: { data: Dataset; indices: ArrayLike<number> } | null;
  directory: RunDirectory | null;
  progress: Progress;
  metrics: EpochMetrics[];
  /** Of the epochs so far, where the run has a patience. */
  best: Best | null;
  checkpointEvery?: number;
  signal?: AbortSignal;
  emit: (event: FitEvent) => void;
}

export interface Outcome {
  statistics: LatentStatistics | null;
  /** Whether the signal stopped it before the last epoch. */
  stopped: boolean;
}

/** Between two "step" events. */
const eventInterval = 100;

function noSums(): Progress["sums"] {
  return { batches: 0, seconds: 0, terms: {} };
}

export function startProgress(): Progress {
  return { step: 0, epoch: 0, batch: 0, sums: noSums() };
}

/** Train from `progress` to the last epoch, or until the signal. Changes `progress` and `metrics` as it goes. */
export async function runTraining(training: Training): Promise<Outcome> {
  const { config, engine, directory, progress, metrics, signal, emit } = training;
  const clock = startClock(training);
  const watch = startWatch(training);
  let statistics = (await directory?.readStatistics()) ?? null;
  while (progress.epoch < config.epochs && !stopsEarly(training)) {
    const finished = await runEpoch(training, clock);
    if (!finished) {
      const path = await saveCheckpoint(training);
      emit({ type: "stopped", step: progress.step, path });
      return { statistics, stopped: true };
    }
    const evaluation = await validate(training);
    const line = epochMetrics(training, evaluation?.metrics ?? null);
    statistics = evaluation?.statistics ?? null;
    metrics.push(line);
    Object.assign(progress, { epoch: progress.epoch + 1, batch: 0, sums: noSums() });
    await keepBest(training, statistics);
    // Metrics first: a crash in between leaves a line too many, which resuming drops, and never one too few.
    await directory?.writeMetrics(metrics);
    await directory?.writeStatistics(statistics);
    const path = await saveCheckpoint(training);
    emit({ type: "epoch", metrics: line });
    for (const message of watch(metrics, statistics)) emit({ type: "warning", message });
    if (signal?.aborted && progress.epoch < config.epochs) {
      emit({ type: "stopped", step: progress.step, path });
      return { statistics, stopped: true };
    }
  }
  await assertFinite(await engine.readState(), progress.step, directory);
  return { statistics, stopped: false };
}

export function batchesPerEpoch({
  config,
  train,
}: Pick<Training, "config"> & { train: { length: number } }): number {
  return Math.floor(train.length / config.batch);
}

function startWatch(training: Training) {
  const { config, schedules, directory } = training;
  return watchRun({
    config,
    settled: schedules.kl.settled,
    batchesPerEpoch: batchesPerEpoch(training),
    directory: directory?.path ?? null,
  });
}

/** What the host decides for a step, counted from 1. */
function scheduleAt({ config, schedules, metrics }: Training, step: number): Schedule {
  const losses = validationLosses(config, metrics);
  return { step, learningRate: schedules.rate.at(step, losses), ...schedules.kl.at(step) };
}

/** The batches that are left of an epoch. False when the signal stopped it. */
async function runEpoch(training: Training, clock: Clock): Promise<boolean> {
  const { config, vae, job, engine, data, train, progress, checkpointEvery, signal } = training;
  const { batch: rows, seed } = config;
  const order = new RandomStream(seed, "shuffle").fork(progress.epoch).permutation(train.length);
  const batches = batchesPerEpoch(training);
  const specs = noiseSpecs(job, rows, true);
  const chosen = new Uint32Array(rows);
  const prepare = (batch: number, step: number, into?: Prepared): Prepared => {
    for (let i = 0; i < rows; i++) chosen[i] = train[order[batch * rows + i]!]!;
    return {
      batch: gatherBatch(vae, data, chosen, into?.batch),
      noise: drawNoise(specs, seed, step, into?.noise),
    };
  };
  let ready = prepare(progress.batch, progress.step + 1);
  let spare: Prepared | undefined;

  while (progress.batch < batches) {
    const began = performance.now();
    const step = progress.step + 1;
    const current = ready;
    const running = engine.step(current.batch, current.noise, scheduleAt(training, step));
    // The next batch and its noise are made while the engine computes, where it does so in threads of its own.
    if (progress.batch + 1 < batches) ready = prepare(progress.batch + 1, step + 1, spare);
    spare = current;
    const terms = await running;
    progress.step = step;
    progress.batch += 1;
    addTerms(progress, terms, performance.now() - began);
    if (!Object.values(terms).every(Number.isFinite)) await reportDivergence(training, terms);
    clock.tick();
    if (signal?.aborted) return false;
    if (checkpointEvery && progress.step % checkpointEvery === 0 && progress.batch < batches)
      await saveCheckpoint(training);
  }
  return true;
}

interface Prepared {
  batch: Batch;
  noise: Noise;
}

function addTerms({ sums }: Progress, terms: StepTerms, milliseconds: number): void {
  sums.batches += 1;
  sums.seconds += milliseconds / 1000;
  for (const [name, value] of Object.entries(terms)) sums.terms[name] = (sums.terms[name] ?? 0) + value;
}

/** @throws DivergenceError for results that are not finite, which no file could hold and nothing could follow */
async function validate(training: Training) {
  const { config, vae, engine, validation, progress, directory } = training;
  if (!validation) return null;
  const evaluation = await evaluateElbo(engine, vae, validation.data, validation.indices, {
    seed: config.seed,
    binarize: config.binarize === "dynamic",
  });
  const { metrics, statistics } = evaluation;
  const { mean, std, kl } = statistics;
  const numbers = [...Object.values(metrics), ...mean, ...std, ...(kl ?? [])];
  if (numbers.every(Number.isFinite)) return evaluation;
  await assertFinite(await engine.readState(), progress.step, directory);
  const { elbo, reconstruction, kl: total } = metrics;
  throw new DivergenceError(
    `epoch ${progress.epoch + 1}, on the validation examples of ${validation.data.name}: elbo ${elbo}, reconstruction ${reconstruction}, ` +
      `kl ${total}, latent means ${mean.slice(0, 3).join(" ")}. ${await divergenceAdvice(directory)}`,
  );
}

function epochMetrics(training: Training, validation: EpochMetrics["validation"]): EpochMetrics {
  const { config, progress } = training;
  const { batches, seconds, terms } = progress.sums;
  const { loss, reconstruction, kl, ...others } = Object.fromEntries(
    Object.entries(terms).map(([name, total]) => [name, total / batches]),
  ) as StepTerms;
  const { learningRate, beta = 1, capacity } = scheduleAt(training, progress.step);
  return {
    epoch: progress.epoch + 1,
    step: progress.step,
    loss,
    train: { elbo: -reconstruction - kl, reconstruction, kl },
    terms: others,
    validation,
    learningRate,
    beta,
    capacity: config.kl.capacity ? capacity! : null,
    examplesPerSecond: (batches * config.batch) / seconds,
    seconds,
  };
}

/** Whether training ends after the epochs so far, and the best of them, where the run has a patience. */
export function patienceOf({
  config,
  metrics,
  schedules,
}: Pick<Training, "config" | "metrics"> & { schedules: { kl: Pick<KlSchedule, "settled"> } }) {
  if (config.patience === null) return null;
  return earlyStopping(validationLosses(config, metrics), {
    patience: config.patience,
    from: schedules.kl.settled,
  });
}

function stopsEarly(training: Training): boolean {
  const { metrics, emit } = training;
  const patience = patienceOf(training);
  if (!patience?.stop) return false;
  emit({ type: "early-stop", epoch: metrics.length, best: patience.best });
  return true;
}

/** Keep the weights of the newest epoch where it is the best so far. */
async function keepBest(training: Training, statistics: LatentStatistics | null): Promise<void> {
  const { metrics, engine, vae, directory } = training;
  const newest = metrics.at(-1)!;
  if (patienceOf(training)?.best !== newest.epoch) return;
  const weights = weightsOf(vae, await engine.readState());
  training.best = { epoch: newest.epoch, elbo: newest.validation!.elbo, statistics, weights };
  await directory?.writeBest(training.best);
}

/** @throws DivergenceError instead of writing weights that are not finite */
async function saveCheckpoint({ directory, engine, progress, emit }: Training): Promise<string | null> {
  const state = await engine.readState();
  await assertFinite(state, progress.step, directory);
  if (!directory) return null;
  const path = await directory.writeCheckpoint({ progress, state });
  emit({ type: "checkpoint", path });
  return path;
}

async function reportDivergence({ engine, progress, directory }: Training, terms: StepTerms): Promise<never> {
  const bad = firstNonFinite(await engine.readState());
  const values = Object.entries(terms)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  const tensor = bad ? `; after it ${bad.name} holds ${bad.value} at element ${bad.at}` : "";
  throw new DivergenceError(
    `step ${progress.step}: ${values}${tensor}. ${await divergenceAdvice(directory)}`,
  );
}

async function assertFinite(state: EngineState, step: number, directory: RunDirectory | null): Promise<void> {
  const bad = firstNonFinite(state);
  if (!bad) return;
  throw new DivergenceError(
    `step ${step}: ${bad.name} holds ${bad.value} at element ${bad.at}. ${await divergenceAdvice(directory)}`,
  );
}

async function divergenceAdvice(directory: RunDirectory | null): Promise<string> {
  const [newest] = directory ? await listCheckpoints(directory.checkpoints) : [];
  const left = newest ? `The last good checkpoint is ${newest}. ` : "";
  return `${left}Training diverged: try a lower learning rate.`;
}

function firstNonFinite(state: EngineState): { name: string; value: number; at: number } | null {
  for (const [name, data] of Object.entries(state)) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return { name, value: data[at]!, at };
  }
  return null;
}

interface Clock {
  tick(): void;
}

/** Emits a "step" event now and then, with speed and time left measured since this process began. */
function startClock(training: Training): Clock {
  const { config, progress, emit } = training;
  const batches = batchesPerEpoch(training);
  const began = performance.now();
  const firstStep = progress.step;
  let last = 0;
  return {
    tick() {
      const now = performance.now();
      if (now - last < eventInterval && progress.batch < batches) return;
      last = now;
      const perStep = (now - began) / 1000 / (progress.step - firstStep);
      const { sums } = progress;
      emit({
        type: "step",
        epoch: progress.epoch + 1,
        batch: progress.batch,
        batches,
        step: progress.step,
        elbo: -(sums.terms.reconstruction! + sums.terms.kl!) / sums.batches,
        examplesPerSecond: config.batch / perStep,
        secondsLeft: (config.epochs * batches - progress.step) * perStep,
      });
    },
  };
}
