import { DataError } from "../errors.js";
import type { Labels, Rows } from "../rows.js";
import { clusteredPoints, clusterMeans } from "./clustered-points.js";

/** The score compares each pair of clusters, in one go. */
const mostClusters = 10_000;

/**
 * Davies-Bouldin index (Davies & Bouldin 1979): for each cluster its worst ratio of spread to separation, on average; smaller is
 * better, 0 is best. Noise (-1) is a cluster like any other: leave such rows out first.
 *
 * points [rows, columns], labels [rows] -> mean over i of max over j of (s_i + s_j) / |m_i - m_j|,
 * s the mean Euclidean distance to the cluster's mean m
 * @throws ShapeError, DataError for bad rows or labels: fewer than 2, as many as rows, or more than 10,000 different ones
 */
export function daviesBouldin(points: Rows, labels: Labels): number {
  const clustered = clusteredPoints("daviesBouldin", points, labels);
  const { data, rows, columns, codes, sizes } = clustered;
  const clusters = sizes.length;
  if (clusters > mostClusters) {
    throw new DataError(
      `daviesBouldin: there are ${clusters} different labels, each pair of up to ${mostClusters} is compared; ` +
        "calinskiHarabasz takes any number",
    );
  }
  const means = clusterMeans(clustered);
  const spread = new Float64Array(clusters);
  for (let i = 0; i < rows; i++) {
    const mean = codes[i]! * columns;
    let square = 0;
    for (let c = 0; c < columns; c++) square += (data[i * columns + c]! - means[mean + c]!) ** 2;
    spread[codes[i]!] = spread[codes[i]!]! + Math.sqrt(square);
  }
  for (let i = 0; i < clusters; i++) spread[i] = spread[i]! / sizes[i]!;

  const worst = new Float64Array(clusters);
  for (let i = 0; i < clusters; i++) {
    for (let j = i + 1; j < clusters; j++) {
      let square = 0;
      for (let c = 0; c < columns; c++) square += (means[i * columns + c]! - means[j * columns + c]!) ** 2;
      // Clusters with one mean have no separation to divide by; scikit-learn leaves such pairs out, too.
      if (square === 0) continue;
      const ratio = (spread[i]! + spread[j]!) / Math.sqrt(square);
      if (ratio > worst[i]!) worst[i] = ratio;
      if (ratio > worst[j]!) worst[j] = ratio;
    }
  }
  return worst.reduce((sum, ratio) => sum + ratio, 0) / clusters;
}
