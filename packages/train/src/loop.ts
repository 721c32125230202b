import { RandomStream } from "@vaekit/infer";
import { gatherRows } from "./data/dataset.js";
import type { Dataset } from "./data/types.js";
import type { Engine, EngineState, Noise, StepTerms } from "./engine/types.js";
import { DivergenceError } from "./errors.js";
import { evaluateElbo } from "./evaluate.js";
import type { FitEvent } from "./events.js";
import type { Vae } from "./model/vae.js";
import { listCheckpoints, type Progress } from "./run/checkpoint.js";
import type { RunConfig } from "./run/config.js";
import type { RunDirectory } from "./run/directory.js";
import type { EpochMetrics, LatentStatistics } from "./run/metrics.js";

/** Everything a run works on. */
export interface Training {
  config: RunConfig;
  vae: Vae;
  engine: Engine;
  data: Dataset;
  /** Indices into `data`. */
  train: Uint32Array;
  validation: { data: Dataset; indices: ArrayLike<number> } | null;
  directory: RunDirectory | null;
  progress: Progress;
  metrics: EpochMetrics[];
  checkpointEvery?: number;
  signal?: AbortSignal;
  emit: (event: FitEvent) => void;
}

export interface Outcome {
  statistics: LatentStatistics | null;
  /** Whether the signal stopped it before the last epoch. */
  stopped: boolean;
}

const noSums = { batches: 0, loss: 0, reconstruction: 0, kl: 0, seconds: 0 };
/** Between two "step" events. */
const eventInterval = 100;

export function startProgress(): Progress {
  return { step: 0, epoch: 0, batch: 0, noise: 0, binarize: 0, sums: { ...noSums } };
}

/** Train from `progress` to the last epoch, or until the signal. Changes `progress` and `metrics` as it goes. */
export async function runTraining(training: Training): Promise<Outcome> {
  const { config, engine, directory, progress, metrics, signal, emit } = training;
  const clock = startClock(training);
  let statistics = (await directory?.readStatistics()) ?? null;
  while (progress.epoch < config.epochs) {
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
    Object.assign(progress, { epoch: progress.epoch + 1, batch: 0, sums: { ...noSums } });
    // Metrics first: a crash in between leaves a line too many, which resuming drops, and never one too few.
    await directory?.writeMetrics(metrics);
    await directory?.writeStatistics(statistics);
    const path = await saveCheckpoint(training);
    emit({ type: "epoch", metrics: line });
    if (signal?.aborted && progress.epoch < config.epochs) {
      emit({ type: "stopped", step: progress.step, path });
      return { statistics, stopped: true };
    }
  }
  await assertFinite(await engine.readState(), progress.step, directory);
  return { statistics, stopped: false };
}

export function batchesPerEpoch({ config, train }: Pick<Training, "config" | "train">): number {
  return Math.floor(train.length / config.batch);
}

/** The batches that are left of an epoch. False when the signal stopped it. */
async function runEpoch(training: Training, clock: Clock): Promise<boolean> {
  const { config, vae, engine, data, train, progress, checkpointEvery, signal } = training;
  const { batch: rows } = config;
  const order = new RandomStream(config.seed, "shuffle").fork(progress.epoch).permutation(train.length);
  const batches = batchesPerEpoch(training);
  const x = new Uint8Array(rows * vae.features);
  const chosen = new Uint32Array(rows);
  const noise = new RandomStream(config.seed, "noise", progress.noise);
  const binarization = new RandomStream(config.seed, "binarize", progress.binarize);
  const draws: Noise = { eps: new Float32Array(rows * vae.latent) };
  if (config.binarize === "dynamic") draws.uniform = new Float32Array(rows * vae.features);

  while (progress.batch < batches) {
    const began = performance.now();
    for (let i = 0; i < rows; i++) chosen[i] = train[order[progress.batch * rows + i]!]!;
    noise.normal(draws.eps);
    if (draws.uniform) binarization.uniform(draws.uniform);
    const schedule = { step: progress.step + 1, learningRate: config.learningRate, beta: config.beta };
    const terms = await engine.step({ rows, x: gatherRows(data, chosen, x) }, draws, schedule);
    progress.step += 1;
    progress.batch += 1;
    progress.noise = noise.position;
    progress.binarize = binarization.position;
    addTerms(progress, terms, performance.now() - began);
    if (!Number.isFinite(terms.loss)) await reportDivergence(training, terms);
    clock.tick();
    if (signal?.aborted) return false;
    if (checkpointEvery && progress.step % checkpointEvery === 0 && progress.batch < batches)
      await saveCheckpoint(training);
  }
  return true;
}

function addTerms({ sums }: Progress, terms: StepTerms, milliseconds: number): void {
  sums.batches += 1;
  sums.loss += terms.loss;
  sums.reconstruction += terms.reconstruction;
  sums.kl += terms.kl;
  sums.seconds += milliseconds / 1000;
}

async function validate({ config, vae, engine, validation }: Training) {
  if (!validation) return null;
  return evaluateElbo(engine, validation.data, validation.indices, {
    seed: config.seed,
    latent: vae.latent,
    features: vae.features,
    binarize: config.binarize === "dynamic",
  });
}

function epochMetrics({ config, progress }: Training, validation: EpochMetrics["validation"]): EpochMetrics {
  const { batches, loss, reconstruction, kl, seconds } = progress.sums;
  const mean = (total: number) => total / batches;
  return {
    epoch: progress.epoch + 1,
    step: progress.step,
    loss: mean(loss),
    train: { elbo: -mean(reconstruction) - mean(kl), reconstruction: mean(reconstruction), kl: mean(kl) },
    validation,
    learningRate: config.learningRate,
    beta: config.beta,
    examplesPerSecond: (batches * config.batch) / seconds,
    seconds,
  };
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
  const values = `loss ${terms.loss}, reconstruction ${terms.reconstruction}, kl ${terms.kl}`;
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
        elbo: -(sums.reconstruction + sums.kl) / sums.batches,
        examplesPerSecond: config.batch / perStep,
        secondsLeft: (config.epochs * batches - progress.step) * perStep,
      });
    },
  };
}
