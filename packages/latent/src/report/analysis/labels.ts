import type { CheckedInput } from "../input.js";
import type { MapAnalysis } from "./map.js";

/** How far the codes nearest to each row tell its label: leave-one-out classification by nearest neighbours. */
export interface LabelsAnalysis {
  /** Neighbours that vote. */
  neighbours: number;
  /** Share of the rows whose label they name. */
  accuracy: number;
  /** Index of the largest class, and its share: as many would be right that always name it. */
  largest: number;
  largestShare: number;
  /** Share of the rows of each class that are named right, in the order of the names. */
  perClass: number[];
}

const most = 10;

/** Each row is named by a vote of its neighbours, itself left out; the nearest of equally many decides. null for one class, or none. */
export function analyzeLabels(
  { classes, rows }: CheckedInput,
  { neighbours: { index, shape } }: MapAnalysis,
): LabelsAnalysis | null {
  if (!classes || classes.names.length < 2) return null;
  const { of, names } = classes;
  const k = Math.min(most, shape[1]);
  const sizes = new Array<number>(names.length).fill(0);
  const right = new Array<number>(names.length).fill(0);
  for (let row = 0; row < rows; row++) {
    const label = of[row]!;
    sizes[label]!++;
    const near = index.subarray(row * shape[1], row * shape[1] + k);
    if (vote(near, of) === label) right[label]!++;
  }
  const largest = sizes.indexOf(Math.max(...sizes));
  return {
    neighbours: k,
    accuracy: right.reduce((sum, count) => sum + count, 0) / rows,
    largest,
    largestShare: sizes[largest]! / rows,
    perClass: right.map((count, i) => count / sizes[i]!),
  };
}

/** The label that most rows have; of equally many, the one that comes first. */
function vote(rows: Int32Array, of: Int32Array): number {
  const votes = new Map<number, number>();
  for (const row of rows) votes.set(of[row]!, (votes.get(of[row]!) ?? 0) + 1);
  return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
