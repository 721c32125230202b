import { RandomStream } from "@vaekit/infer";
import {
  type ActivationName,
  type Batch,
  createEngine,
  createJob,
  type Engine,
  type EngineName,
  type EngineState,
  gatherRows,
  type Job,
  mlp,
  type Noise,
  type ObjectiveName,
  type Optimizer,
  type OptimizerName,
  Vae,
} from "@vaekit/train";
import { onTestFinished } from "vitest";
import { bars } from "../support/data.ts";

export const rows = 24;
const data = bars(rows);

export interface JobOptions {
  activation?: ActivationName;
  objective?: ObjectiveName;
  /** By its name, or one that is in no table. */
  optimizer?: OptimizerName | Optimizer;
  binarize?: boolean;
  seed?: number;
}

/** A small VAE's training, from the same weights for the same options. It goes when the test does. */
export function smallJob({
  activation = "relu",
  objective = "elbo",
  optimizer,
  binarize = false,
  seed = 21,
}: JobOptions = {}): Job {
  const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [16, 10], activation }), data, seed);
  onTestFinished(() => vae.dispose());
  const named = typeof optimizer === "string" ? optimizer : undefined;
  const job = createJob(vae, { rows, objective, binarize, optimizer: named });
  return typeof optimizer === "object" ? { ...job, optimizer } : job;
}

/** An engine that goes when the test does. */
export async function engineOf(name: EngineName, options: JobOptions = {}): Promise<Engine> {
  const engine = await createEngine(name, smallJob(options));
  onTestFinished(() => engine.dispose());
  return engine;
}

/** All of the examples; other noise for each step. */
export function batchAt(step: number, { binarize = false } = {}): [Batch, Noise] {
  const x = gatherRows(
    data,
    Uint32Array.from({ length: rows }, (_, i) => i),
    new Uint8Array(data.values.length),
  );
  const eps = new RandomStream(5, "noise").fork(step).normal(new Float32Array(rows * 3));
  const uniform = new RandomStream(5, "binarize").fork(step).uniform(new Float32Array(data.values.length));
  return [{ rows, x }, binarize ? { eps, uniform } : { eps }];
}

/** Steps from `first`, as a run would take them; returns the terms of each. */
export async function takeSteps(
  engine: Engine,
  count: number,
  { first = 1, beta = 1, learningRate = 1e-3, binarize = false } = {},
) {
  const terms: Awaited<ReturnType<Engine["step"]>>[] = [];
  for (let step = first; step < first + count; step++) {
    terms.push(await engine.step(...batchAt(step, { binarize }), { step, learningRate, beta }));
  }
  return terms;
}

/** All tensors of a kind, one after another in the order of their names. */
export function flat(state: EngineState, kind = ""): Float32Array {
  const names = Object.keys(state)
    .filter((name) => name.startsWith(kind))
    .sort();
  return Float32Array.from(names.flatMap((name) => [...state[name]!]));
}
