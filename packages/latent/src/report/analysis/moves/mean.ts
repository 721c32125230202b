import { columnMoments } from "../../../linear/column-moments.js";
import type { Rows } from "../../../rows.js";
import { takeRows } from "../../../sample-rows.js";

/** Mean of the rows at `indices`, or of all: [columns] */
export function meanOf(points: Rows, indices?: ArrayLike<number>): Float32Array {
  const { data, shape } = indices ? takeRows(points, indices) : points;
  return Float32Array.from(columnMoments(data, shape[1]!).mean);
}
