import { checkOptions } from "../options.js";
import { type Codes, checkCodes, type Rows, rowsOf } from "../rows.js";
import { runTask, type Task } from "../task.js";
import {
  type GaussianMixture,
  gaussianMixtureTask,
  type MixtureOptions,
  mixtureOptionNames,
} from "./mixture.js";

/**
 * Posteriors as points, so that clustering, neighbours and maps see sigma as well as mu.
 *
 * mu, logvar [rows, latent] -> [rows, 2 latent] = [mu, sigma], sigma = exp(logvar / 2). The Euclidean distance of two such points is
 * the 2-Wasserstein distance of the two diagonal Gaussians (Dowson & Landau 1982).
 */
export function posteriorPoints(codes: Codes): Rows {
  const { mu, logvar, rows, latent } = checkCodes("posteriorPoints", codes);
  const points = new Float32Array(2 * rows * latent);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < latent; j++) {
      points[2 * row * latent + j] = mu[row * latent + j]!;
      points[(2 * row + 1) * latent + j] = Math.exp(logvar[row * latent + j]! / 2);
    }
  }
  return rowsOf(points, 2 * latent);
}

export type PosteriorMixtureOptions = Omit<MixtureOptions, "uncertainty">;

const optionNames = mixtureOptionNames.filter((name) => name !== "uncertainty");

/**
 * A mixture fitted to E_q[ln p(z)] of the posteriors q = N(mu, sigma^2), not to their means: `gaussianMixture` with the variances
 * sigma^2 as `uncertainty`. Its mean and covariance are those of the aggregated posterior, which draws from it follow.
 * Its bic and aic are of a lower bound and must not choose the number of components: see `gaussianMixture`.
 * mu, logvar [rows, latent]
 * @throws as gaussianMixture
 */
export async function posteriorMixture(
  codes: Codes,
  options: PosteriorMixtureOptions,
): Promise<GaussianMixture> {
  return runTask(posteriorMixtureTask(codes, options), options);
}

export function* posteriorMixtureTask(codes: Codes, options: PosteriorMixtureOptions): Task<GaussianMixture> {
  const call = "posteriorMixture";
  checkOptions(call, options, optionNames);
  const { logvar, latent } = checkCodes(call, codes);
  const uncertainty = rowsOf(
    logvar.map((value) => Math.exp(value)),
    latent,
  );
  return yield* gaussianMixtureTask(codes.mu, { ...options, uncertainty }, call);
}
