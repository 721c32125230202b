import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";
import { entropy, labelInformation } from "./information.js";

export interface VMeasure {
  /** 1 when each cluster holds rows of one true label only. */
  homogeneity: number;
  /** 1 when all rows of a true label are in one cluster. */
  completeness: number;
  /** Harmonic mean of the two. */
  vMeasure: number;
}

/**
 * Homogeneity, completeness and their harmonic mean (Rosenberg & Hirschberg 2007). Noise (-1) is a cluster like any other.
 *
 * truth, clusters [rows] -> three numbers from 0 to 1;  homogeneity = I / H(truth), completeness = I / H(clusters)
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function vMeasure(truth: Labels, clusters: Labels): VMeasure {
  const table = contingency("vMeasure", truth, clusters);
  const information = labelInformation(table);
  const ofTruth = entropy(table.a.sizes, table.rows);
  const ofClusters = entropy(table.b.sizes, table.rows);
  const homogeneity = ofTruth === 0 ? 1 : information / ofTruth;
  const completeness = ofClusters === 0 ? 1 : information / ofClusters;
  const sum = homogeneity + completeness;
  return { homogeneity, completeness, vMeasure: sum === 0 ? 0 : (2 * homogeneity * completeness) / sum };
}
