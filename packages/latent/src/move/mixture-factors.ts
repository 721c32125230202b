import type { MixtureModel } from "../cluster/mixture-predict.js";
import { DataError } from "../errors.js";
import { cholesky } from "../linear/cholesky.js";
import { checkWord } from "../options.js";

type Covariance = MixtureModel["covariance"];

const sizes: Record<Covariance, (components: number, latent: number) => number> = {
  full: (components, latent) => components * latent * latent,
  tied: (_, latent) => latent * latent,
  diagonal: (components, latent) => components * latent,
  spherical: (components) => components,
};

/** @throws UsageError or DataError for what is no mixture */
export function checkMixture(call: string, model: MixtureModel): void {
  const { covariance, components, latent, weights, means, covariances } = model ?? {};
  checkWord(call, "model.covariance", covariance, Object.keys(sizes) as Covariance[]);
  const wanted = sizes[covariance](components, latent);
  const whole =
    weights?.length === components && means?.length === components * latent && covariances?.length === wanted;
  if (whole && weights.some((weight) => weight > 0)) return;
  throw new DataError(
    `${call}: a ${covariance} mixture of ${components} components in ${latent} dimensions has ${components} weights, ` +
      `${components * latent} numbers in means and ${wanted} in covariances; ` +
      `got ${weights?.length}, ${means?.length} and ${covariances?.length}`,
  );
}

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
