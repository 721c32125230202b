import { DataError } from "../../errors.js";

/** Rows to cluster; a row of weight 0 belongs to a cluster and does not move it. */
export interface WeightedRows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** One for each row, not negative; all 1 where there are none. */
  readonly weights?: Float32Array | undefined;
}

/** How many distinct rows of positive weight there are, counted no further than `limit`: O(rows limit columns). */
export function countDistinct({ data, rows, columns, weights }: WeightedRows, limit: number): number {
  const found: number[] = [];
  for (let row = 0; row < rows && found.length < limit; row++) {
    if (weights?.[row] === 0) continue;
    if (!found.some((other) => equalRows(data, columns, row, other))) found.push(row);
  }
  return found.length;
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

function equalRows(data: Float32Array, columns: number, a: number, b: number): boolean {
  for (let j = 0; j < columns; j++) if (data[a * columns + j] !== data[b * columns + j]) return false;
  return true;
}
