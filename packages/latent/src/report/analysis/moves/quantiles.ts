import { posteriorQuantiles } from "../../../move/posterior-quantiles.js";
import type { Rows } from "../../../rows.js";
import type { CheckedInput } from "../../input.js";

/** Of one dimension of all codes: of the aggregated posterior, or of the points themselves where they have no variances. */
export function quantiles(
  { posteriors, codes }: CheckedInput,
  dimension: number,
  probabilities: readonly number[],
): number[] {
  if (posteriors) return posteriorQuantiles(posteriors, dimension, probabilities);
  return pointQuantiles(codes.mu, dimension, probabilities);
}

/** Linear between the ordered values, of which the first is the quantile of 0 and the last that of 1. */
export function pointQuantiles(
  { data, shape }: Rows,
  dimension: number,
  probabilities: readonly number[],
): number[] {
  const [rows, columns] = shape as [number, number];
  const sorted = Float32Array.from({ length: rows }, (_, i) => data[i * columns + dimension]!).sort();
  return probabilities.map((p) => {
    const at = p * (rows - 1);
    const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    return below + (at - Math.floor(at)) * (above - below);
  });
}
