import { checkRows, type Rows, rowsOf } from "../rows.js";
import { correlationOf, momentsOf } from "./moments.js";

/**
 * Pearson's correlation of the latent dimensions' means. A constant column correlates 0 with all others and 1 with itself.
 *
 * mu [rows, latent] -> [latent, latent], from -1 to 1
 * @throws ShapeError, DataError for bad rows
 */
export function correlation(mu: Rows): Rows {
  const { data, columns } = checkRows("correlation", mu);
  const { covariance } = momentsOf(data, columns);
  return rowsOf(Float32Array.from(correlationOf(covariance, columns)), columns);
}
