import type { MixtureModel } from "../cluster/mixture/check-model.js";
import { DataError } from "../errors.js";
import { cholesky } from "../linear/cholesky.js";

/** For each component L [latent * latent], lower triangular, with L L^T its covariance. */
export function lowerFactors(call: string, model: MixtureModel): (component: number) => Float64Array {
  const { covariance, components, latent, covariances } = model;
  const square = latent * latent;
  if (covariance === "tied") {
    const shared = factorOf(call, covariances, latent);
    return () => shared;
  }
  const factors = Array.from({ length: components }, (_, component) => {
    if (covariance === "full") {
      return factorOf(call, covariances.subarray(component * square, (component + 1) * square), latent);
    }
    const factor = new Float64Array(square);
    for (let j = 0; j < latent; j++) {
      const variance = covariances[covariance === "diagonal" ? component * latent + j : component]!;
      if (!(variance >= 0))
        throw new DataError(`${call}: component ${component} has the variance ${variance}`);
      factor[j * latent + j] = Math.sqrt(variance);
    }
    return factor;
  });
  return (component) => factors[component]!;
}

function factorOf(call: string, covariance: Float64Array, latent: number): Float64Array {
  const factor = cholesky(covariance, latent);
  if (factor) return factor;
  throw new DataError(
    `${call}: a covariance of the mixture is not positive definite. Fit it with more regularization.`,
  );
}
