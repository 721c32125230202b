import { conditionSize, type PerGraph, type Runtime, standardNormal, UsageError } from "@vaekit/infer";
import { checkGraph } from "../ir/check.js";
import type { Graph } from "../ir/graph.js";
import { optimize } from "../passes/optimize.js";
import { type InputSpecs, type TensorFunction, trace } from "../trace/trace.js";
import { foldComputed } from "./fold-computed.js";
import { type Draws, drawConditions, drawUniform } from "./inputs.js";
import type { BundleVae } from "./types.js";

/** A graph of a bundle with the function that it was traced from. */
export interface BundleGraph {
  fn: TensorFunction;
  inputs: InputSpecs;
  graph: Graph;
  /** How random inputs are drawn that are no standard normal numbers. */
  draws: Draws;
  /** Outputs that are chosen among a few values. */
  choices: readonly string[];
}

/** What the encoder chooses where latents are codes. */
export const encoderChoices: readonly string[] = ["mu"];

/**
 * Trace encoder, decoder and scorer, and the draw from the prior where it is no standard normal. The scorer repeats no
 * weights: it takes what the other two give. runtime: computes what follows from weights alone
 */
export async function bundleGraphs(vae: BundleVae, runtime: Runtime): Promise<PerGraph<BundleGraph>> {
  const { prior, condition = null } = vae;
  const { shape, dtype } = vae.data;
  const latent = { shape: ["batch", vae.latent] } as const;
  const x = { shape: ["batch", ...shape], storage: dtype } as const;
  const c: InputSpecs = condition ? { c: { shape: ["batch", conditionSize(condition)] } } : {};
  const draws: Draws = condition ? { c: drawConditions(condition) } : {};
  const build = (fn: TensorFunction, inputs: InputSpecs, draws: Draws = {}) =>
    buildGraph(fn, inputs, draws, runtime);
  const decoder = await build((inputs) => vae.decode(inputs.z!, inputs.c), { z: latent, ...c }, draws);
  const parameters = decoder.graph.outputs
    .filter(({ name }) => name !== "x_mean")
    .map(({ name, value }): [string, InputSpecs[string]] => [
      name,
      { shape: value.shape.map((dim) => (typeof dim === "number" ? dim : "batch")) },
    ]);
  const given = { x, z: latent, mu: latent, logvar: latent, ...Object.fromEntries(parameters) };
  const encoder = await build((inputs) => ({ ...vae.encode(inputs.x!, inputs.c) }), { x, ...c }, draws);
  const graphs = {
    encoder: prior.quantize ? { ...encoder, choices: encoderChoices } : encoder,
    decoder,
    scorer: await build((inputs) => vae.score(inputs), given),
  };
  if (prior.name === standardNormal) return graphs;
  const { uniforms = 0 } = prior;
  if (!vae.samplePrior) {
    throw new UsageError(
      `exportBundle: prior ${prior.name} cannot be drawn from: the VAE has no samplePrior`,
    );
  }
  const uniform: InputSpecs = uniforms > 0 ? { uniform: { shape: ["batch", uniforms] } } : {};
  const sample: TensorFunction = ({ eps, uniform }) => ({ z: vae.samplePrior!({ eps: eps!, uniform }) });
  return {
    ...graphs,
    prior: await build(sample, { eps: latent, ...uniform }, { uniform: drawUniform }),
  };
}

async function buildGraph(
  fn: TensorFunction,
  inputs: InputSpecs,
  draws: Draws,
  runtime: Runtime,
): Promise<BundleGraph> {
  const graph = await foldComputed(optimize(trace(fn, inputs)), runtime);
  checkGraph(graph);
  return { fn, inputs, graph, draws, choices: [] };
}
