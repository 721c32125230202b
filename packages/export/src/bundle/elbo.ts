import { type Manifest, Vae } from "@vaekit/infer";
import { inMemory } from "./in-memory.js";
import type { StoredGraphs } from "./small.js";
import type { BundleOptions } from "./types.js";

/** Mean evidence lower bound over examples, in nats per example, of a model and of the same with smaller weights. */
export interface ElboChange {
  examples: number;
  before: number;
  after: number;
  /** Largest |after - before| of one example. */
  largestChange: number;
}

/** Examples to measure on. */
export type Samples = { samples: Uint8Array } & Pick<BundleOptions, "conditions">;

/**
 * Score examples with both models, each through its own encoder, decoder and scorer: z = mu + exp(logvar / 2) * eps
 * with the same eps for both, one draw an example.
 * samples: rows of the data's shape, with their conditions; manifest: of either model, but for its files
 */
export async function elboChange(
  manifest: Manifest,
  graphs: StoredGraphs,
  samples: Samples,
): Promise<ElboChange> {
  const before = await score(manifest, graphs, "full", samples);
  const after = await score(manifest, graphs, "bytes", samples);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const changes = Array.from(after, (value, i) => Math.abs(value - before[i]!));
  return {
    examples: before.length,
    before: mean(before),
    after: mean(after),
    largestChange: changes.reduce((a, b) => Math.max(a, b), 0),
  };
}

async function score(
  manifest: Manifest,
  graphs: StoredGraphs,
  which: "full" | "bytes",
  { samples, conditions }: Samples,
): Promise<Float32Array> {
  const vae = await Vae.load(await inMemory(manifest, graphs, which));
  try {
    return (await vae.score(samples, { seed: 0, c: conditions })).elbo.data;
  } finally {
    await vae.dispose();
  }
}
