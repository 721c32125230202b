import { type Graph, type InputSpecs, optimize, trace } from "@vaekit/export";
import type { Feeds } from "@vaekit/infer";
import { normal } from "./lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "./support.ts";

/** Values of symbolic dimensions, by name. */
export type Sizes = Readonly<Record<string, number>>;

/** Random float32 inputs at given sizes. */
export function feedsAt(inputs: InputSpecs, sizes: Sizes): Feeds {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }], i) => {
      const concrete = shape.map((dim) => (typeof dim === "number" ? dim : sizes[dim]!));
      return [name, normal(concrete, i + 1)];
    }),
  );
}

/** Trace once, then run at every one of the sizes and compare with tfjs. Returns the optimized graph. */
export async function expectAnySize(
  fn: NamedFunction,
  inputs: InputSpecs,
  points: readonly Sizes[],
  scaleTol?: number,
): Promise<Graph> {
  const graph = optimize(trace(fn, inputs));
  for (const sizes of points) {
    const feeds = feedsAt(inputs, sizes);
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds), scaleTol);
  }
  return graph;
}
