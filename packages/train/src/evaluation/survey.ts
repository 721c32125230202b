import type { Matrix } from "../metrics/matrix.js";
import { ReconstructionError } from "../metrics/reconstruction-error.js";
import { batchOf, type Examples } from "./examples.js";
import { ExampleNoise } from "./noise.js";
import type { EvaluatedModel } from "./types.js";

/** Every example's posterior, one draw from it, and how far its reconstruction is. */
export interface Survey {
  /** [examples, latent]; logvar is ln sigma^2 */
  mu: Matrix;
  logvar: Matrix;
  z: Matrix;
  /** ln p(z) of the draws [examples], nats */
  logPz: Float64Array;
  /** Mean over an example's elements of (E[x|z] - x)^2 and |E[x|z] - x|, in the data's units, [examples]. */
  squared: Float64Array;
  absolute: Float64Array;
}

export interface SurveyOptions {
  seed: number;
  rows: number;
  /** Whether z is the posterior's mean, of a model that has no posterior. */
  atMean: boolean;
  signal?: AbortSignal;
}

export async function surveyExamples(
  model: EvaluatedModel,
  examples: Examples,
  { seed, rows: most, atMean, signal }: SurveyOptions,
): Promise<Survey> {
  const { latent } = model;
  const { count } = examples;
  const features = examples.x.length / count;
  const rows = Math.min(most, count);
  const matrix = (): Matrix => ({ values: new Float32Array(count * latent), rows: count, columns: latent });
  const survey: Survey = {
    mu: matrix(),
    logvar: matrix(),
    z: matrix(),
    logPz: new Float64Array(count),
    squared: new Float64Array(count),
    absolute: new Float64Array(count),
  };
  const eps = new Float32Array(rows * latent);
  const pass = await model.reconstruction({ rows });
  try {
    for (let start = 0; start < count; start += rows) {
      signal?.throwIfAborted();
      const size = Math.min(rows, count - start);
      const positions = Uint32Array.from({ length: size }, (_, i) => start + i);
      if (!atMean) {
        for (const [row, i] of positions.entries()) {
          new ExampleNoise(seed, examples.indices[i]!, latent).draw(0, eps, row);
        }
      }
      const batch = batchOf(examples, positions, rows);
      const { mean, logPz, ...codes } = await pass.run(batch, eps);
      for (const name of ["mu", "logvar", "z"] as const) {
        survey[name].values.set(codes[name].subarray(0, size * latent), start * latent);
      }
      for (let row = 0; row < size; row++) {
        survey.logPz[start + row] = logPz[row]!;
        const error = new ReconstructionError();
        const own = row * features;
        error.add(batch.x.subarray(own, own + features), mean.subarray(own, own + features));
        const { meanSquared, meanAbsolute } = error.result();
        survey.squared[start + row] = meanSquared;
        survey.absolute[start + row] = meanAbsolute;
      }
    }
  } finally {
    await pass.dispose();
  }
  return survey;
}
