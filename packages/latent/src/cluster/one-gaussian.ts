import { scatterOf } from "../linear/covariance.js";
import { symmetricEigen } from "../linear/eigen.js";
import type { Random } from "../random.js";
import type { WeightedRows } from "./kmeans/distinct.js";

/**
 * As many draws as there are rows, from one Gaussian of their mean and covariance: what scores of clusters are where there are none,
 * a parametric bootstrap (Hennig & Lin 2015). Directions in which the rows do not vary stay so.
 */
export function drawOneGaussian({ data, rows, columns }: WeightedRows, random: Random): WeightedRows {
  const { mean, matrix } = scatterOf(data, rows, columns);
  const { values, vectors } = symmetricEigen(
    matrix.map((value) => value / rows),
    columns,
  );
  const deviations = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const drawn = new Float32Array(rows * columns);
  const point = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    point.set(mean);
    for (let i = 0; i < columns; i++) {
      const along = deviations[i]! * random.normal();
      for (let j = 0; j < columns; j++) point[j]! += along * vectors[i * columns + j]!;
    }
    drawn.set(point, row * columns);
  }
  return { data: drawn, rows, columns };
}
