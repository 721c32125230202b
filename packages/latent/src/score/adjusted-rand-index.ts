import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";

/**
 * Adjusted Rand index of two labellings of the same rows (Hubert & Arabie 1985): 1 for the same partition whatever the names,
 * 0 on average for independent ones, at least -0.5. Symmetric. Noise (-1) is a cluster like any other.
 *
 * a, b [rows] -> one number
 * ARI = 2 (TP TN - FN FP) / ((TP + FN)(FN + TN) + (TP + FP)(FP + TN)) over ordered pairs of rows
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function adjustedRandIndex(a: Labels, b: Labels): number {
  const table = contingency("adjustedRandIndex", a, b);
  const together = sumOfSquares(table.count);
  const inA = sumOfSquares(table.a.sizes);
  const inB = sumOfSquares(table.b.sizes);
  const truePositive = together - table.rows;
  const falsePositive = inB - together;
  const falseNegative = inA - together;
  const trueNegative = table.rows ** 2 - falsePositive - falseNegative - together;
  if (falsePositive === 0 && falseNegative === 0) return 1;
  return (
    (2 * (truePositive * trueNegative - falseNegative * falsePositive)) /
    ((truePositive + falseNegative) * (falseNegative + trueNegative) +
      (truePositive + falsePositive) * (falsePositive + trueNegative))
  );
}

function sumOfSquares(counts: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]! * counts[i]!;
  return sum;
}
