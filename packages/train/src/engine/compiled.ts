import { availableParallelism } from "node:os";
import { encodeModel, type InputSpecs, optimize, trace } from "@vaekit/export";
import { DisposedError, loadRuntime, type RuntimeTensor, type Session } from "@vaekit/infer";
import { batchSpecs, evaluateFunction, stateNames, stateShapes, stepFunction } from "./functions.js";
import type { Batch, Engine, EngineState, Evaluation, Job, Noise, Schedule, StepTerms } from "./types.js";

type Buffers = Record<string, RuntimeTensor>;

/**
 * The whole training step (loss, tfjs's gradients, optimizer) as one graph in ONNX Runtime. Weights and slots live
 * in two sets of preallocated arrays: a step reads one, writes the other, and they change places.
 */
export async function createCompiledEngine(job: Job): Promise<Engine> {
  const { vae, optimizer } = job;
  const threads = job.threads ?? availableParallelism();
  const runtime = await loadRuntime();
  const [training, evaluation] = await Promise.all([
    runtime.createSession(encodeModel(trainingGraph(job)), { threads, denormalsAsZero: true }),
    runtime.createSession(encodeModel(evaluationGraph(job)), { threads }),
  ]);
  const { weights, slots } = stateNames(job);
  const graphNames = variableNames(job);
  let current = allocate(job);
  let next = allocate(job);
  const terms = Object.fromEntries(["loss", "reconstruction", "kl"].map((name) => [name, scalar(0)]));
  for (const { name, variable } of vae.parameters) {
    current[`weights/${name}`]!.data.set(variable.dataSync() as never);
  }
  let disposed = false;
  const assertAlive = () => {
    if (disposed) throw new DisposedError("this engine was disposed; create it again");
  };
  const weightFeeds = () => Object.fromEntries(weights.map((name) => [graphNames[name]!, current[name]!]));

  return {
    name: "compiled",
    async step(batch: Batch, noise: Noise, { step, learningRate, beta }: Schedule): Promise<StepTerms> {
      assertAlive();
      const scalars = { beta, ...optimizer.scalars(learningRate, step) };
      const feeds: Buffers = { ...batchFeeds(job, batch, noise), ...weightFeeds() };
      for (const name of slots) feeds[name] = current[name]!;
      for (const [name, value] of Object.entries(scalars)) feeds[name] = scalar(value);
      const fetches: Buffers = { ...terms };
      for (const [name, buffer] of Object.entries(next)) fetches[`next/${name}`] = buffer;
      await training.run(feeds, fetches);
      [current, next] = [next, current];
      const read = (name: string) => terms[name]!.data[0] as number;
      return { loss: read("loss"), reconstruction: read("reconstruction"), kl: read("kl") };
    },
    async evaluate(batch: Batch, noise: Noise): Promise<Evaluation> {
      assertAlive();
      const outputs = await evaluation.run({ ...batchFeeds(job, batch, noise), ...weightFeeds() });
      const read = (name: string) => outputs[name]!.data as Float32Array;
      return { logPx: read("logPx"), kl: read("kl"), mu: read("mu") };
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
      await Promise.all([training, evaluation].map((session: Session) => session.dispose()));
    },
  };

  function allocate(of: Job): Buffers {
    const shapes = Object.entries(stateShapes(of));
    return Object.fromEntries(
      shapes.map(([name, shape]) => [
        name,
        { dtype: "float32", shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
      ]),
    );
  }
}

/** The training step as a graph, for `job.rows` examples. Its shapes are fixed: tfjs's gradients bake in the batch. */
export function trainingGraph(job: Job) {
  const { optimizer, rows } = job;
  const shapes = stateShapes(job);
  const scalars = ["beta", ...Object.keys(optimizer.scalars(1, 1))];
  const specs: InputSpecs = {
    ...batchSpecs(job, rows),
    ...Object.fromEntries(scalars.map((name) => [name, { shape: [] }])),
    ...Object.fromEntries(stateNames(job).slots.map((name) => [name, { shape: shapes[name]! }])),
  };
  return optimize(trace(stepFunction(job), specs, { variables: "inputs" }));
}

/** The forward pass as a graph with a symbolic batch. */
function evaluationGraph(job: Job) {
  return optimize(trace(evaluateFunction(job), batchSpecs(job, "batch"), { variables: "inputs" }));
}

/** A traced variable's input has tfjs's name for it, which is unique per process. */
function variableNames({ vae }: Job): Record<string, string> {
  return Object.fromEntries(vae.parameters.map(({ name, variable }) => [`weights/${name}`, variable.name]));
}

function batchFeeds({ vae }: Job, { rows, x }: Batch, { eps, uniform }: Noise): Buffers {
  return {
    x: { dtype: "uint8", shape: [rows, ...vae.data.shape], data: x },
    eps: { dtype: "float32", shape: [rows, vae.latent], data: eps },
    ...(uniform && { uniform: { dtype: "float32", shape: [rows, vae.features], data: uniform } }),
  };
}

function scalar(value: number): RuntimeTensor {
  return { dtype: "float32", shape: [], data: Float32Array.of(value) };
}
