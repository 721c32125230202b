import type { Task } from "../task.js";
import { digammas } from "./digamma.js";
import { countWithin, distanceToNearest } from "./sorted-values.js";

/**
 * Mutual information of amounts and classes (Ross 2014), in nats:
 * psi(n) + <psi(k)> - <psi(size of the class)> - <psi(m)>, m the values nearer than the k-th neighbour of the same class.
 *
 * values, codes [rows]; codes are 0 .. classes - 1, each of two rows or more or of none
 */
export function* discreteInformation(
  values: Float64Array,
  codes: Int32Array,
  classes: number,
  neighbours: number,
): Task<number> {
  const rows = values.length;
  const psi = digammas(rows);
  const starts = new Int32Array(classes + 1);
  for (let i = 0; i < rows; i++) starts[codes[i]! + 1]! += 1;
  for (let c = 0; c < classes; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const grouped = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const place = next[codes[i]!]!;
    next[codes[i]!] = place + 1;
    grouped[place] = values[i]!;
  }
  const sorted = values.slice().sort();
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const from = starts[c]!;
    const to = starts[c + 1]!;
    grouped.subarray(from, to).sort();
    const k = Math.min(neighbours, to - from - 1);
    for (let i = from; i < to; i++) {
      if (i % 10_000 === 0) yield { stage: "mutual information", done: i, total: rows };
      const radius = distanceToNearest(grouped, from, to, i, k);
      const within = Math.max(1, countWithin(sorted, grouped[i]!, radius));
      sum += psi[k]! - psi[to - from]! - psi[within]!;
    }
  }
  return Math.max(0, psi[rows]! + sum / rows);
}
