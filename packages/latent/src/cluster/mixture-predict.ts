import { checkRows, type Rows, rowsOf } from "../rows.js";
import { finishTask } from "../task.js";
import { checkMixture, type MixtureModel } from "./mixture/check-model.js";
import { type Prediction, predictTask } from "./mixture/predict.js";

/**
 * ln p(z) of each row under the mixture, nats. model of gaussianMixture or posteriorMixture; points [rows, latent] -> [rows]
 * @throws ShapeError or UsageError for what is no mixture; ShapeError for points of other columns; DataError for NaN
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
  checkMixture(call, model);
  const { data, rows, columns: latent } = checkRows(call, points, { columns: model.latent });
  return finishTask(
    predictTask(call, model, { data, rows, latent }, { stage: call, done: 0, total: 1 }, keep),
  );
}
