import { distinctRows } from "../../distinct-rows.js";
import { DataError } from "../../errors.js";
import { rowsOf } from "../../rows.js";

/** Rows to cluster; a row of weight 0 belongs to a cluster and does not move it. */
export interface WeightedRows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** One for each row, not negative; all 1 where there are none. */
  readonly weights?: Float32Array | undefined;
}

/** How many distinct rows of positive weight there are, counted no further than `limit`. */
export function countDistinct({ data, columns, weights }: WeightedRows, limit: number): number {
  return distinctRows(rowsOf(data, columns), { limit, weights }).length;
}

/** @throws DataError for fewer distinct rows than `clusters`; `noun` is what the call names them */
export function checkDistinct(call: string, points: WeightedRows, clusters: number, noun: string): void {
  const distinct = countDistinct(points, clusters);
  if (distinct >= clusters) return;
  throw new DataError(
    `${call}: ${clusters} ${noun} need as many distinct rows${points.weights ? " of positive weight" : ""}, ` +
      `the ${points.rows} rows have ${distinct}. Ask for at most ${distinct}.`,
  );
}
