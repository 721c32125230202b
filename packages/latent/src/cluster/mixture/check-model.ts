import { ShapeError } from "../../errors.js";
import { checkWord } from "../../options.js";
import type { GaussianMixture } from "../mixture.js";
import { type CovarianceName, covariances } from "./covariance.js";

/** What of a mixture its density and draws of it need. */
export type MixtureModel = Pick<
  GaussianMixture,
  "covariance" | "components" | "latent" | "weights" | "means" | "covariances"
>;

/** @throws UsageError for a covariance that does not exist, ShapeError for what is no mixture */
export function checkMixture(call: string, model: MixtureModel): void {
  const { covariance, components, latent, weights, means, covariances: values } = model ?? {};
  checkWord(call, "model.covariance", covariance, Object.keys(covariances) as CovarianceName[]);
  const wanted = covariances[covariance].length(components, latent);
  const whole =
    weights?.length === components && means?.length === components * latent && values?.length === wanted;
  if (whole && weights.some((weight) => weight > 0)) return;
  throw new ShapeError(
    `${call}: a ${covariance} mixture of ${components} components in ${latent} dimensions has ${components} weights, ` +
      `not all 0, ${components * latent} numbers in means and ${wanted} in covariances; ` +
      `got ${weights?.length}, ${means?.length} and ${values?.length}. Give a model of gaussianMixture or posteriorMixture.`,
  );
}
