import type { Progress, Task } from "../../task.js";
import type { Joint } from "./joint.js";

const rowsPerYield = 2000;

/**
 * KL(P || Q) in nats = sum_ij p_ij ln(p_ij Z / q_ij) over the pairs that have a probability, q = (1 + d^2 / nu)^(-(nu + 1) / 2),
 * nu = dimensions - 1; total: Z = sum of q over all pairs i != j
 */
export function* divergence(
  joint: Joint,
  positions: readonly Float64Array[],
  total: number,
  progress: Progress,
): Task<number> {
  const rows = joint.start.length - 1;
  let sum = 0;
  for (let from = 0; from < rows; from += rowsPerYield) {
    sum += ofRows(joint, positions, Math.log(total), from, Math.min(rows, from + rowsPerYield));
    yield progress;
  }
  return 2 * sum;
}

function ofRows(
  { start, other, probability }: Joint,
  positions: readonly Float64Array[],
  logTotal: number,
  from: number,
  to: number,
): number {
  const freedom = positions.length - 1;
  const power = (freedom + 1) / 2;
  let sum = 0;
  for (let i = from; i < to; i++) {
    for (let k = start[i]!; k < start[i + 1]!; k++) {
      const p = probability[k]!;
      if (p === 0) continue;
      const j = other[k]!;
      let square = 0;
      for (let d = 0; d < positions.length; d++) square += (positions[d]![i]! - positions[d]![j]!) ** 2;
      sum += p * (Math.log(p) + logTotal + power * Math.log1p(square / freedom));
    }
  }
  return sum;
}
