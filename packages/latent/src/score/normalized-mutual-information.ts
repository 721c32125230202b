import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";
import { entropy, labelInformation } from "./information.js";

/**
 * Mutual information of two labellings of the same rows over the arithmetic mean of their entropies (Kvalseth 1987; Vinh, Epps & Bailey
 * 2010), which is the V-measure: from 0 for independent ones to 1 for the same partition; 1 where both have one label only. Symmetric.
 * Not adjusted for chance: many small clusters raise it, so compare different numbers of clusters by `adjustedMutualInformation`.
 * Noise (-1) is a cluster like any other.
 *
 * a, b [rows] -> one number;  NMI = 2 I(a; b) / (H(a) + H(b))
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function normalizedMutualInformation(a: Labels, b: Labels): number {
  const table = contingency("normalizedMutualInformation", a, b);
  const { rows } = table;
  if (table.a.names.length === 1 && table.b.names.length === 1) return 1;
  const information = labelInformation(table);
  return information === 0
    ? 0
    : (2 * information) / (entropy(table.a.sizes, rows) + entropy(table.b.sizes, rows));
}
