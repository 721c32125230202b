import type { Progress, Task } from "../../task.js";
import { logDensities, normalize } from "./density.js";
import { blockOf, factorsOf, type MixtureInput, type Parameters } from "./em.js";

export interface Prediction {
  /** The component of most responsibility of each row, the first of equals. */
  labels: Int32Array;
  /** Log density of each row, nats. */
  densities: Float64Array;
  /** [rows, components] where asked for. */
  responsibilities?: Float32Array | undefined;
}

/** One E step over all rows. */
export function* predictTask(
  call: string,
  model: Parameters,
  { data, variances, rows, latent }: MixtureInput,
  progress: Progress,
  keep = false,
): Task<Prediction> {
  const { components, covariance } = model;
  const factors = factorsOf(call, model);
  const block = blockOf(components, latent, covariance);
  const shares = new Float64Array(block * components);
  const labels = new Int32Array(rows);
  const densities = new Float64Array(rows);
  const responsibilities = keep ? new Float32Array(rows * components) : undefined;
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(from + block, rows);
    logDensities(factors, data, variances, from, to, shares);
    for (let row = from; row < to; row++)
      labels[row] = largest(shares, (row - from) * components, components);
    normalize(shares, to - from, components, densities, from);
    responsibilities?.set(shares.subarray(0, (to - from) * components), from * components);
    yield progress;
  }
  return { labels, densities, responsibilities };
}

function largest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[start + c]! > values[start + best]!) best = c;
  return best;
}
