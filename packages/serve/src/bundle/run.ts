import type { Inputs, Outputs } from "../batching/batcher.js";
import type { Graph } from "./signature.js";
import type { BundleVersion } from "./version.js";

export interface GraphRun {
  inputs: Inputs;
  rows: number;
  /** Of the noise that a scorer draws. */
  seed?: number;
  /** Aborts when the client has gone. */
  signal?: AbortSignal;
}

const runs: { readonly [G in Graph]: (version: BundleVersion, run: GraphRun) => Promise<Outputs> } = {
  encoder: ({ encoder }, { inputs, rows, signal }) => encoder.submit(inputs, rows, signal),
  decoder: ({ decoder }, { inputs, rows, signal }) => decoder.submit(inputs, rows, signal),
  // Its noise depends on where a row stands, so that rows of others must not come before it.
  scorer: ({ lanes, model }, { inputs: { x, c }, seed }) =>
    lanes.run(async () => ({ ...(await model.score(x!, { seed, c })) })),
};

/** Run one graph on checked inputs: encoder and decoder together with the rows of other requests. */
export function runGraph(version: BundleVersion, graph: Graph, run: GraphRun): Promise<Outputs> {
  return runs[graph](version, run);
}
