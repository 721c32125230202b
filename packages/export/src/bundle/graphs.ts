import type { GraphName } from "@vaekit/infer";
import { checkGraph } from "../ir/check.js";
import type { Graph } from "../ir/graph.js";
import { optimize } from "../passes/optimize.js";
import { type InputSpecs, type TensorFunction, trace } from "../trace/trace.js";
import type { BundleVae } from "./types.js";

/** A graph of a bundle with the function that it was traced from. */
export interface BundleGraph {
  fn: TensorFunction;
  inputs: InputSpecs;
  graph: Graph;
}

/** Trace encoder, decoder and scorer. The scorer repeats no weights: it takes what the other two give. */
export function bundleGraphs(vae: BundleVae): Record<GraphName, BundleGraph> {
  const { shape, dtype } = vae.data;
  const latent = { shape: ["batch", vae.latent] } as const;
  const x = { shape: ["batch", ...shape], storage: dtype } as const;
  const encoder = build((inputs) => ({ ...vae.encode(inputs.x!) }), { x });
  const decoder = build((inputs) => vae.decode(inputs.z!), { z: latent });
  const parameters = decoder.graph.outputs
    .filter(({ name }) => name !== "x_mean")
    .map(({ name, value }): [string, InputSpecs[string]] => [
      name,
      { shape: value.shape.map((dim) => (typeof dim === "number" ? dim : "batch")) },
    ]);
  const scorer = build((inputs) => vae.score(inputs), {
    x,
    z: latent,
    mu: latent,
    logvar: latent,
    ...Object.fromEntries(parameters),
  });
  return { encoder, decoder, scorer };
}

function build(fn: TensorFunction, inputs: InputSpecs): BundleGraph {
  const graph = optimize(trace(fn, inputs));
  checkGraph(graph);
  return { fn, inputs, graph };
}
