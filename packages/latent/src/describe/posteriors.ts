import { DataError } from "../errors.js";
import type { Random } from "../random.js";
import { type Codes, checkCodes, checkRows, type RowLimits, type Rows } from "../rows.js";
import { takeRows } from "../sample-rows.js";

/** ln of the largest variance that a posterior may have: draws of a larger one are no float32 numbers. */
const largest = 170;

export interface CheckedCodes {
  mu: Float32Array;
  logvar: Float32Array;
  rows: number;
  latent: number;
}

/**
 * Codes whose draws are finite numbers, too.
 * @throws what checkCodes throws; DataError for a logvar above 170
 */
export function checkPosteriors(call: string, codes: Codes, limits: RowLimits = {}): CheckedCodes {
  const checked = checkCodes(call, codes, limits);
  const { logvar, latent } = checked;
  for (let i = 0; i < logvar.length; i++) {
    if (logvar[i]! <= largest) continue;
    throw new DataError(
      `${call}: logvar: row ${Math.floor(i / latent)}, column ${i % latent} is ${logvar[i]}, a variance of e^${logvar[i]}. ` +
        "Give ln sigma^2; where the encoder has diverged, leave such rows out.",
    );
  }
  return checked;
}

/** One draw of z from the posterior of each of the rows at `index`, in their order, in double precision: mu + sigma eps [index, latent] */
export function drawPosteriors(
  { mu, logvar, latent }: CheckedCodes,
  index: ArrayLike<number>,
  random: Random,
): Float64Array {
  const z = new Float64Array(index.length * latent);
  for (let i = 0; i < index.length; i++) {
    for (let d = 0; d < latent; d++) {
      const at = index[i]! * latent + d;
      z[i * latent + d] = mu[at]! + Math.exp(logvar[at]! / 2) * random.normal();
    }
  }
  return z;
}

/** The draws of the rows at `index`: those of `given` [rows, latent] where there is one, new ones otherwise. [index, latent] */
export function drawsAt(
  codes: CheckedCodes,
  given: Rows | undefined,
  index: ArrayLike<number>,
  random: Random,
): Float64Array {
  if (!given) return drawPosteriors(codes, index, random);
  return Float64Array.from(takeRows(given, index).data);
}

/** @throws ShapeError, DataError for what is no draw for each row */
export function checkDraws(call: string, z: Rows, rows: number, latent: number): void {
  const { rows: given } = checkRows(`${call}: z`, z, {
    rows,
    because: "one draw for each row of the codes",
    columns: latent,
  });
  if (given === rows) return;
  throw new DataError(`${call}: ${given} draws of z for ${rows} rows; give one for each`);
}
