import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";
import { entropy, labelInformation } from "./information.js";

/**
 * Mutual information of two labellings of the same rows, adjusted for chance (Vinh, Epps & Bailey 2010): 0 on average for labels dealt
 * out at random, however many kinds there are, 1 for the same partition; it can be below 0. Symmetric. Noise (-1) is a cluster like any
 * other.
 *
 * a, b [rows] -> one number;  AMI = (I(a; b) - E[I]) / ((H(a) + H(b)) / 2 - E[I]), E over all permutations of the rows; as
 * scikit-learn, 1 where both have one label only and 0 where one of them has
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function adjustedMutualInformation(a: Labels, b: Labels): number {
  const table = contingency("adjustedMutualInformation", a, b);
  const { rows } = table;
  const single = Number(table.a.names.length === 1) + Number(table.b.names.length === 1);
  if (single > 0) return single - 1;
  const expected = expectedInformation(table.a.sizes, table.b.sizes, rows);
  const most = (entropy(table.a.sizes, rows) + entropy(table.b.sizes, rows)) / 2;
  // Where each label occurs once, chance cannot do worse than the best: 0 / 0.
  return awayFromZero(labelInformation(table) - expected) / awayFromZero(most - expected);
}

/**
 * Mean mutual information of two labellings with these sizes over all permutations of the rows, nats: the sum over pairs of labels and
 * counts n of (n / rows) ln(n rows / (a b)) p(n), p hypergeometric. Labels of equal size are taken together, so that there are at most
 * 2 rows pairs, however many labels.
 */
function expectedInformation(first: Int32Array, second: Int32Array, rows: number): number {
  const logFactorials = new Float64Array(rows + 1);
  for (let i = 2; i <= rows; i++) logFactorials[i] = logFactorials[i - 1]! + Math.log(i);
  const others = countSizes(second);
  let expected = 0;
  for (const [a, timesA] of countSizes(first)) {
    for (const [b, timesB] of others) {
      const constant =
        logFactorials[a]! +
        logFactorials[b]! +
        logFactorials[rows - a]! +
        logFactorials[rows - b]! -
        logFactorials[rows]!;
      let sum = 0;
      for (let n = Math.max(1, a + b - rows); n <= Math.min(a, b); n++) {
        const log =
          constant -
          logFactorials[n]! -
          logFactorials[a - n]! -
          logFactorials[b - n]! -
          logFactorials[rows - a - b + n]!;
        sum += (n / rows) * Math.log((n * rows) / (a * b)) * Math.exp(log);
      }
      expected += timesA * timesB * sum;
    }
  }
  return expected;
}

/** How many labels have each size. */
function countSizes(sizes: Int32Array): Map<number, number> {
  const times = new Map<number, number>();
  for (const size of sizes) times.set(size, (times.get(size) ?? 0) + 1);
  return times;
}

function awayFromZero(value: number): number {
  return value < 0 ? Math.min(value, -Number.EPSILON) : Math.max(value, Number.EPSILON);
}
