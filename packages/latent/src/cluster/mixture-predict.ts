import { ShapeError } from "../errors.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { finishTask } from "../task.js";
import { covariances } from "./mixture/covariance.js";
import { type Prediction, predictTask } from "./mixture/predict.js";
import type { GaussianMixture } from "./mixture.js";

/** What of a mixture its density needs. */
export type MixtureModel = Pick<
  GaussianMixture,
  "covariance" | "components" | "latent" | "weights" | "means" | "covariances"
>;

/**
 * ln p(z) of each row under the mixture, nats. model of gaussianMixture or posteriorMixture; points [rows, latent] -> [rows]
 * @throws ShapeError for what is no mixture, or points of other columns; DataError for NaN
 */
export function mixtureLogDensity(model: MixtureModel, points: Rows): Float64Array {
  return predict("mixtureLogDensity", model, points).densities;
}

/**
 * p(component | z) of each row. points [rows, latent] -> [rows, components], rows sum to 1
 * @throws as mixtureLogDensity
 */
export function mixtureResponsibilities(model: MixtureModel, points: Rows): Rows {
  const { responsibilities } = predict("mixtureResponsibilities", model, points, true);
  return rowsOf(responsibilities!, model.components);
}

/**
 * The most responsible component of each row. points [rows, latent] -> [rows], components from 0
 * @throws as mixtureLogDensity
 */
export function mixturePredict(model: MixtureModel, points: Rows): Int32Array {
  return predict("mixturePredict", model, points).labels;
}

function predict(call: string, model: MixtureModel, points: Rows, keep = false): Prediction {
  checkModel(call, model);
  const { data, rows, columns: latent } = checkRows(call, points, { columns: model.latent });
  return finishTask(
    predictTask(call, model, { data, rows, latent }, { stage: call, done: 0, total: 1 }, keep),
  );
}

function checkModel(call: string, model: MixtureModel): void {
  const { covariance, components, latent, weights, means, covariances: values } = model ?? {};
  const kind = Object.hasOwn(covariances, covariance) ? covariances[covariance] : undefined;
  if (
    kind &&
    weights?.length === components &&
    means?.length === components * latent &&
    values?.length === kind.length(components, latent)
  ) {
    return;
  }
  throw new ShapeError(
    `${call}: the model must be one of gaussianMixture; its covariance is ${covariance}, its components ${components}, ` +
      "and its weights, means and covariances do not all fit these",
  );
}
