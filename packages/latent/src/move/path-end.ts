import { UsageError } from "../errors.js";
import { checkInteger } from "../options.js";
import { checkVector } from "./vector.js";

/** An end of a path: its code, and its row of the points or -1. */
export interface End {
  row: number;
  code: Float32Array;
}

/** An end as a call takes it, a row of points [rows, latent] or a code [latent]. @throws UsageError, ShapeError or DataError */
export function endOf(
  call: string,
  name: string,
  end: number | Float32Array,
  data: Float32Array,
  rows: number,
  latent: number,
): End {
  if (typeof end === "number") {
    checkInteger(call, name, end, 0, rows - 1);
    return { row: end, code: data.slice(end * latent, (end + 1) * latent) };
  }
  if (end === undefined)
    throw new UsageError(`${call}: ${name} must be a row of points or a code, got ${end}`);
  checkVector(call, name, end, latent);
  return { row: -1, code: end };
}
