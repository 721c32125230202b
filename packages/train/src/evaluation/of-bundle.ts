import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type BundleSource,
  type GraphName,
  loadGraph,
  loadRuntime,
  type Manifest,
  openBundle,
  type RuntimeTensor,
  readManifest,
  type Session,
  sizeOf,
} from "@vaekit/infer";
import { type LikelihoodConfig, likelihoodSchema, likelihoods } from "../likelihood/index.js";
import type { LikelihoodKind } from "../likelihood/types.js";
import { conditionSize } from "../model/condition.js";
import { kindOf } from "../schema.js";
import type { EvaluatedOptions } from "./of-run.js";
import { type EvaluatedModel, type ExampleBatch, type ModelPass, trainedSchema } from "./types.js";

type Values = Record<string, { data: RuntimeTensor["data"]; shape: readonly number[] }>;

/**
 * A bundle's model: its own encoder, decoder and scorer, as they will be used.
 * @throws BundleError when it is missing or damaged
 */
export async function evaluatedBundle(
  path: string | BundleSource,
  { threads = availableParallelism() }: EvaluatedOptions = {},
): Promise<EvaluatedModel> {
  const source = await openBundle(path);
  const manifest = await readManifest(source);
  const runtime = await loadRuntime();
  const { latent, data, condition, prior } = manifest;
  const names: GraphName[] = ["encoder", "decoder", "scorer", ...(prior.graph ? ["prior" as const] : [])];
  const sessions: Partial<Record<GraphName, Session>> = {};
  const dispose = async () => {
    await Promise.all(Object.values(sessions).map((session) => session.dispose()));
  };
  try {
    for (const name of names) {
      sessions[name] = await loadGraph(source, manifest, name, runtime, { threads });
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  const run = async (name: GraphName, values: Values) => {
    const session = sessions[name]!;
    const feeds = session.inputs.map(({ name: input, dtype }): [string, RuntimeTensor] => [
      input,
      { dtype, ...values[input]! },
    ]);
    return (await session.run(Object.fromEntries(feeds))) as Values;
  };
  /** Encode rows, draw z of each `samples` times, decode and score. */
  const pass = async (batch: ExampleBatch, eps: Float32Array, sizes: { rows: number; samples: number }) => {
    const { rows, samples } = sizes;
    const draws = rows * samples;
    const given = (values: Uint8Array | Float32Array, shape: readonly number[], times = 1) => ({
      data: repeated(values, times),
      shape: [rows * times, ...shape],
    });
    const conditioned = (times: number): Values =>
      batch.c ? { c: given(batch.c, [conditionSize(condition)], times) } : {};
    const { mu, logvar } = await run("encoder", { x: given(batch.x, data.shape), ...conditioned(1) });
    const means = repeated(mu!.data as Float32Array, samples);
    const logvars = repeated(logvar!.data as Float32Array, samples);
    const z = means.map((value, i) => value + Math.exp(logvars[i]! / 2) * eps[i]!);
    const code = (values: Float32Array) => ({ data: values, shape: [draws, latent] });
    const decoded = await run("decoder", { z: code(z), ...conditioned(samples) });
    const scores = await run("scorer", {
      x: given(batch.x, data.shape, samples),
      z: code(z),
      mu: code(means),
      logvar: code(logvars),
      ...decoded,
    });
    return { mu: means, logvar: logvars, z, decoded, scores };
  };
  const passes = <T>(work: (batch: ExampleBatch, eps: Float32Array) => Promise<T>): ModelPass<T> => ({
    run: work,
    dispose: async () => {},
  });
  const floats = (values: Values, name: string) => values[name]!.data as Float32Array;
  return {
    kind: "bundle",
    path: source.name,
    data,
    latent,
    condition,
    likelihood: likelihoodOf(manifest),
    prior,
    trained: trainedSchema.parse(manifest.training),
    digest: digestOf(manifest),
    densities: async (sizes) =>
      passes(async (batch, eps) => {
        const { scores } = await pass(batch, eps, sizes);
        return {
          logPx: floats(scores, "log_px"),
          logPz: floats(scores, "log_pz"),
          logQz: floats(scores, "log_qz"),
        };
      }),
    reconstruction: async ({ rows }) =>
      passes(async (batch, eps) => {
        const { mu, logvar, z, decoded, scores } = await pass(batch, eps, { rows, samples: 1 });
        return { mu, logvar, z, logPz: floats(scores, "log_pz"), mean: floats(decoded, "x_mean") };
      }),
    async samplePrior(eps, uniform) {
      if (!prior.graph) return eps.slice();
      const count = eps.length / latent;
      const noise: Values = { eps: { data: eps, shape: [count, latent] } };
      if (prior.uniforms > 0) noise.uniform = { data: uniform, shape: [count, prior.uniforms] };
      return floats(await run("prior", noise), "z");
    },
    dispose,
  };
}

/** All rows, then all rows again, so many times. */
function repeated<T extends Uint8Array | Float32Array>(values: T, times: number): T {
  if (times === 1) return values;
  const out = new (values.constructor as new (size: number) => T)(values.length * times);
  for (let i = 0; i < times; i++) out.set(values, i * values.length);
  return out;
}

/** What the likelihood allows: of its configuration, where the manifest holds the run's. */
function likelihoodOf({ likelihood, training, data }: Manifest): EvaluatedModel["likelihood"] {
  const model = training.model as { likelihood?: unknown } | undefined;
  const parsed = likelihoodSchema.safeParse(model?.likelihood);
  if (!parsed.success) {
    const support = { includes: () => true, values: "any number" };
    return { name: likelihood.name, support, caveat: () => null };
  }
  const kind = kindOf<LikelihoodKind<LikelihoodConfig>>(likelihoods, parsed.data, "likelihood");
  const { variables, ...made } = kind.create(parsed.data, { features: sizeOf(data.shape) });
  for (const { variable } of variables) variable.dispose();
  return made;
}

function digestOf({ files }: Manifest): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(files).sort()) {
    if (name.endsWith(".onnx")) hash.update(name).update(files[name]!.sha256);
  }
  return hash.digest("hex");
}
