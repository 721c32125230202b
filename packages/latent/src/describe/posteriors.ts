import { DataError } from "../errors.js";
import { type Codes, checkCodes, type RowLimits } from "../rows.js";

/** ln of the largest variance that a posterior may have: e^80 is about float32's largest number. */
const largest = 80;

/**
 * Codes whose variances are finite numbers, too.
 * @throws what checkCodes throws; DataError for a logvar above 80
 */
export function checkPosteriors(
  call: string,
  codes: Codes,
  limits: RowLimits = {},
): { mu: Float32Array; logvar: Float32Array; rows: number; latent: number } {
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

/** Mean over the rows of KL(N(mu, sigma^2) || N(0, 1)) in nats, per column. mu, logvar [rows, latent] -> [latent] */
export function meanKl(mu: Float32Array, logvar: Float32Array, latent: number): number[] {
  const sums = new Float64Array(latent);
  for (let i = 0, d = 0; i < mu.length; i++) {
    sums[d]! += mu[i]! * mu[i]! + Math.expm1(logvar[i]!) - logvar[i]!;
    d = d + 1 === latent ? 0 : d + 1;
  }
  const rows = mu.length / latent;
  return Array.from(sums, (sum) => sum / (2 * rows));
}
