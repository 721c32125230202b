import { ShapeError } from "../errors.js";
import { checkRows, type Rows } from "../rows.js";

/** y, if it is a sample of the size of x. @throws ShapeError, DataError */
export function checkAlike(call: string, rows: number, columns: number, y: Rows): { data: Float32Array } {
  const other = checkRows(`${call}: y`, y);
  if (other.rows === rows && other.columns === columns) return other;
  throw new ShapeError(
    `${call}: x is [${rows}, ${columns}], y is [${other.rows}, ${other.columns}]; they must be alike`,
  );
}
