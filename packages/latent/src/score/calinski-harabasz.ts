import type { Labels, Rows } from "../rows.js";
import { clusteredPoints, clusterMeans } from "./clustered-points.js";

/**
 * Variance ratio criterion (Calinski & Harabasz 1974): dispersion between clusters over dispersion within them, each over its degrees
 * of freedom; larger is better. 1 where no cluster has any spread, as scikit-learn has it. Noise (-1) is a cluster like any other:
 * leave such rows out first.
 *
 * points [rows, columns], labels [rows] -> (B / (clusters - 1)) / (W / (rows - clusters))
 * @throws ShapeError, DataError for bad rows or labels: fewer than 2 or as many as rows
 */
export function calinskiHarabasz(points: Rows, labels: Labels): number {
  const clustered = clusteredPoints("calinskiHarabasz", points, labels);
  const { data, rows, columns, codes, sizes } = clustered;
  const clusters = sizes.length;
  const means = clusterMeans(clustered);
  let within = 0;
  for (let i = 0; i < rows; i++) {
    const mean = codes[i]! * columns;
    for (let c = 0; c < columns; c++) within += (data[i * columns + c]! - means[mean + c]!) ** 2;
  }
  let between = 0;
  for (let c = 0; c < columns; c++) {
    let whole = 0;
    for (let i = 0; i < clusters; i++) whole += (means[i * columns + c]! * sizes[i]!) / rows;
    for (let i = 0; i < clusters; i++) between += sizes[i]! * (means[i * columns + c]! - whole) ** 2;
  }
  return within === 0 ? 1 : (between / within) * ((rows - clusters) / (clusters - 1));
}
