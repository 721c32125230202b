import type { Codes } from "../rows.js";
import { checkPosteriors, meanKl } from "./posteriors.js";

/**
 * How many nats each latent dimension costs: the mean over the rows of KL(q(z_d | x) || N(0, 1)). Their sum is the KL of the bound;
 * a dimension near 0 is one whose posterior is the prior for every x (it has collapsed).
 *
 * codes [rows, latent] -> latent numbers, (mu^2 + sigma^2 - 1 - ln sigma^2) / 2  (Kingma & Welling 2013, appendix B)
 * @throws ShapeError, DataError for bad codes
 */
export function klPerDimension(codes: Codes): number[] {
  const { mu, logvar, latent } = checkPosteriors("klPerDimension", codes);
  return meanKl(mu, logvar, latent);
}
