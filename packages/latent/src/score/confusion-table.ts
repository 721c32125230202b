import { DataError } from "../errors.js";
import type { Labels } from "../rows.js";
import { contingency } from "./contingency.js";

/** Rows with the true label rows[r] in the cluster columns[c]: counts[r * columns.length + c]. */
export interface ConfusionTable {
  /** The true labels. */
  rows: (string | number)[];
  /** The clusters. */
  columns: (string | number)[];
  /** [true labels, clusters], row by row. */
  counts: Int32Array;
}

/** More labels than this make no table that anyone reads. */
const mostLabels = 1000;

/**
 * Counts of true labels against clusters, both in natural order (2 before 10, "a2" before "a10"); noise (-1) is a column of its own.
 *
 * truth, clusters [rows] -> counts [true labels, clusters]
 * @throws DataError for labellings of different length, no labels, NaN, or more than 1,000 different labels
 */
export function confusionTable(truth: Labels, clusters: Labels): ConfusionTable {
  const { a, b, first, second, count } = contingency("confusionTable", truth, clusters);
  for (const [what, { names }] of [
    ["true", a],
    ["cluster", b],
  ] as const) {
    if (names.length <= mostLabels) continue;
    throw new DataError(
      `confusionTable: there are ${names.length} different ${what} labels, a table holds up to ${mostLabels}. ` +
        "Group them, leave out the rare ones, or use adjustedRandIndex or vMeasure, which take any number.",
    );
  }
  const counts = new Int32Array(a.names.length * b.names.length);
  for (let entry = 0; entry < count.length; entry++) {
    counts[first[entry]! * b.names.length + second[entry]!] = count[entry]!;
  }
  return { rows: a.names, columns: b.names, counts };
}
