import { z } from "zod";
import type { DataSpec } from "../data/types.js";
import type { Likelihood } from "../likelihood/types.js";
import type { ConditionConfig } from "../model/condition.js";

/** Examples in the data's units, [rows, ...shape], and what a conditional model is told of them, [rows, conditions]. */
export interface ExampleBatch {
  x: Uint8Array;
  c: Float32Array | null;
}

/** Per draw z = mu + exp(logvar / 2) * eps, in nats; [samples * rows], all examples' first draw first. */
export interface Densities {
  /** ln p(x|z) */
  logPx: Float32Array;
  /** ln p(z) */
  logPz: Float32Array;
  /** ln q(z|x) */
  logQz: Float32Array;
}

/** One draw of z per example, and what the decoder makes of it. */
export interface Reconstruction {
  /** Posterior means, and ln sigma^2, [rows, latent]. */
  mu: Float32Array;
  logvar: Float32Array;
  /** mu + exp(logvar / 2) * eps [rows, latent] */
  z: Float32Array;
  /** ln p(z) [rows], nats */
  logPz: Float32Array;
  /** E[x|z] [rows, ...shape] in the data's units */
  mean: Float32Array;
}

/** A computation for a fixed number of rows; eps [samples * rows, latent]. Inputs must stay as they are until it is done. */
export interface ModelPass<T> {
  run(batch: ExampleBatch, eps: Float32Array): Promise<T>;
  dispose(): Promise<void>;
}

/** What evaluation asks of a trained model, whoever computes it. */
export interface EvaluatedModel {
  readonly kind: "run" | "bundle";
  readonly path: string;
  /** What its examples are. */
  readonly data: DataSpec;
  readonly latent: number;
  readonly condition: ConditionConfig | null;
  readonly likelihood: Pick<Likelihood, "name" | "support" | "caveat">;
  /** uniforms: uniform numbers that a draw takes; of a codebook, the groups of latent dimensions. */
  readonly prior: { name: string; uniforms: number };
  readonly trained: Trained;
  /** sha256 of the weights. */
  readonly digest: string;
  densities(sizes: { rows: number; samples: number }): Promise<ModelPass<Densities>>;
  reconstruction(sizes: { rows: number }): Promise<ModelPass<Reconstruction>>;
  /** eps [count, latent], uniform [count, uniforms] -> draws of p(z) [count, latent] */
  samplePrior(eps: Float32Array, uniform: Float32Array): Promise<Float32Array>;
  /** Safe to call twice. */
  dispose(): Promise<void>;
}

const count = z.number().int().nonnegative();

/** How a model was trained, as far as evaluation asks; null where a bundle does not say. */
export const trainedSchema = z.object({
  objective: z
    .object({ kind: z.string() })
    .transform(({ kind }) => kind)
    .nullable()
    .catch(null),
  seed: count.catch(0),
  binarize: z.enum(["none", "dynamic"]).catch("none"),
  data: z
    .object({ source: z.string().nullable(), count, sha256: z.string().nullable().default(null) })
    .nullable()
    .catch(null),
  validation: z
    .object({ count, separate: z.boolean(), source: z.string().nullable() })
    .nullable()
    .catch(null),
});

export type Trained = z.infer<typeof trainedSchema>;
