import { availableParallelism } from "node:os";
import { encodeModel, type Graph, optimize, trace } from "@vaekit/export";
import { createInPlaceSession, DisposedError, type RuntimeTensor, sizeOf } from "@vaekit/infer";
import {
  batchSpecs,
  evaluateFunction,
  scalarsOf,
  stateNames,
  stateShapes,
  stepFunction,
  stepSpecs,
  termNames,
} from "./functions.js";
import { noiseSpecs } from "./noise.js";
import type { Batch, Engine, EngineState, Evaluation, Job, Noise, Schedule, StepTerms } from "./types.js";

type Buffers = Record<string, RuntimeTensor>;

/**
 * Optimizer slots of weights whose gradients stay away fade into denormal numbers, on which processors compute a
 * hundred times slower. Every so many steps, by the step's number so that a resumed run does the same, what is
 * smaller than any that matters is set to zero; in between no slot fades from there to a denormal.
 */
const fading = { every: 128, below: 1e-30 };

/**
 * The whole training step (loss, tfjs's gradients, optimizer) as one graph in ONNX Runtime. Weights and slots live
 * in two sets of preallocated arrays: a step reads one, writes the other, and they change places.
 */
export async function createCompiledEngine(job: Job): Promise<Engine> {
  const { vae, ema } = job;
  const threads = job.threads ?? availableParallelism();
  const graphs = { training: trainingGraph(job), evaluation: evaluationGraph(job) };
  const load = (graph: Graph) => createInPlaceSession(encodeModel(graph), { threads });
  const [training, evaluation] = await Promise.all([load(graphs.training), load(graphs.evaluation)]);
  const { slots } = stateNames(job);
  let current = allocate(job);
  let next = allocate(job);
  const terms = Object.fromEntries(termNames(job).map((name) => [name, scalar(0)]));
  for (const { name, variable } of vae.variables()) {
    current[`weights/${name}`]!.data.set(variable.dataSync() as never);
  }
  training.hold([current, next, terms].flatMap((buffers) => Object.values(buffers)));
  let disposed = false;
  const assertAlive = () => {
    if (disposed) throw new DisposedError("this engine was disposed; create it again");
  };
  /** A traced variable's input has tfjs's name for it, which is unique per process. */
  const weightFeeds = (averaged: boolean) => {
    const from = (name: string) => current[`ema/${name}`] ?? current[`weights/${name}`]!;
    return Object.fromEntries(
      vae
        .variables()
        .map(({ name, variable }) => [variable.name, averaged ? from(name) : current[`weights/${name}`]!]),
    );
  };
  /** A session takes the inputs that its graph has and no others. */
  const feedsOf = (graph: Graph, all: Buffers): Buffers =>
    Object.fromEntries(graph.inputs.map(({ name }) => [name!, all[name!]!]));

  return {
    name: "compiled",
    async step(batch: Batch, noise: Noise, schedule: Schedule): Promise<StepTerms> {
      assertAlive();
      if (schedule.step % fading.every === 0) dropFading(slots.map((name) => current[name]!));
      const all: Buffers = { ...batchFeeds(job, batch, noise, true), ...weightFeeds(false) };
      for (const name of slots) all[name] = current[name]!;
      for (const [name, value] of Object.entries(scalarsOf(job, schedule))) all[name] = scalar(value);
      const outputs: Buffers = { ...terms };
      for (const [name, buffer] of Object.entries(next)) outputs[`next/${name}`] = buffer;
      await training.run(feedsOf(graphs.training, all), outputs);
      [current, next] = [next, current];
      return Object.fromEntries(
        Object.entries(terms).map(([name, { data }]) => [name, data[0] as number]),
      ) as StepTerms;
    },
    async evaluate(batch: Batch, noise: Noise): Promise<Evaluation> {
      assertAlive();
      const { rows } = batch;
      const codes = () => zeros([rows, vae.latent]);
      const [, columns] = graphs.evaluation.outputs.find(({ name }) => name === "kl")!.value.shape;
      const outputs = {
        logPx: zeros([rows]),
        kl: zeros([rows, columns as number]),
        mu: codes(),
        logvar: codes(),
      };
      const all = { ...batchFeeds(job, batch, noise, false), ...weightFeeds(ema !== null) };
      await evaluation.run(feedsOf(graphs.evaluation, all), outputs);
      const { logPx, kl, mu, logvar } = outputs;
      return { logPx: logPx.data, kl: kl.data, mu: mu.data, logvar: logvar.data };
    },
    async readState(): Promise<EngineState> {
      assertAlive();
      return Object.fromEntries(
        Object.entries(current).map(([name, { data }]) => [name, (data as Float32Array).slice()]),
      );
    },
    async writeState(state: EngineState): Promise<void> {
      assertAlive();
      for (const [name, { data }] of Object.entries(current)) (data as Float32Array).set(state[name]!);
    },
    async dispose(): Promise<void> {
      if (disposed) return;
      disposed = true;
      await Promise.all([training, evaluation].map((session) => session.dispose()));
    },
  };
}

function allocate(job: Job): Buffers {
  return Object.fromEntries(Object.entries(stateShapes(job)).map(([name, shape]) => [name, zeros(shape)]));
}

function dropFading(buffers: readonly RuntimeTensor[]): void {
  for (const { data } of buffers) {
    const values = data as Float32Array;
    for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) < fading.below) values[i] = 0;
  }
}

/** The training step as a graph, for `job.rows` examples. */
export function trainingGraph(job: Job) {
  return optimize(trace(stepFunction(job), stepSpecs(job), { variables: "inputs" }));
}

/** The forward pass as a graph with a symbolic batch. */
function evaluationGraph(job: Job) {
  return optimize(trace(evaluateFunction(job), batchSpecs(job, "batch"), { variables: "inputs" }));
}

function batchFeeds(job: Job, { rows, x, c }: Batch, noise: Noise, training: boolean): Buffers {
  const { vae } = job;
  const feeds: Buffers = { x: { dtype: "uint8", shape: [rows, ...vae.data.shape], data: x } };
  if (c) feeds.c = { dtype: "float32", shape: [rows, vae.conditions], data: c };
  for (const [name, { shape }] of Object.entries(noiseSpecs(job, rows, training))) {
    feeds[name] = { dtype: "float32", shape, data: noise[name]! };
  }
  return feeds;
}

function zeros(shape: readonly number[]) {
  return { dtype: "float32" as const, shape, data: new Float32Array(sizeOf(shape)) };
}

function scalar(value: number): RuntimeTensor {
  return { dtype: "float32", shape: [], data: Float32Array.of(value) };
}
