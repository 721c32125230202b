import { DataError } from "../errors.js";
import { checkLabels, checkRows, type Labels, type Rows } from "../rows.js";
import { type LabelCodes, labelCodes } from "./label-codes.js";

export interface ClusteredPoints extends LabelCodes {
  data: Float32Array;
  rows: number;
  columns: number;
}

/**
 * What the scores of points and their clusters take, checked.
 * @throws ShapeError, DataError for bad rows, labels of another number, fewer than 2 labels, or as many labels as rows
 */
export function clusteredPoints(call: string, points: Rows, labels: Labels): ClusteredPoints {
  const { data, rows, columns } = checkRows(call, points);
  checkLabels(call, labels, rows);
  const coded = labelCodes(call, labels);
  checkClusterCount(call, coded, rows);
  return { data, rows, columns, ...coded };
}

/** @throws DataError for fewer than 2 labels, or as many labels as rows */
export function checkClusterCount(call: string, { names }: LabelCodes, rows: number): void {
  if (names.length > 1 && names.length < rows) return;
  throw new DataError(
    names.length < 2
      ? `${call}: all ${rows} rows have the label ${names[0]}; the score compares clusters, at least 2 labels are needed`
      : `${call}: each of the ${rows} rows has a label of its own; the score compares distances within clusters, ` +
          "fewer labels than rows are needed",
  );
}

/** Mean of each cluster's rows, [clusters, columns] in float64. */
export function clusterMeans({ data, rows, columns, codes, sizes }: ClusteredPoints): Float64Array {
  const means = new Float64Array(sizes.length * columns);
  for (let i = 0; i < rows; i++) {
    const to = codes[i]! * columns;
    const from = i * columns;
    for (let c = 0; c < columns; c++) means[to + c] = means[to + c]! + data[from + c]!;
  }
  for (let at = 0; at < means.length; at++) means[at] = means[at]! / sizes[Math.floor(at / columns)]!;
  return means;
}
