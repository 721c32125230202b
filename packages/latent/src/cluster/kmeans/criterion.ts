/**
 * BIC of the mixture that k-means implies, -2 ln likelihood + parameters ln rows, less is better: Gaussians of one spherical variance
 * inertia / (columns (rows - clusters)), each row in its own cluster's alone, (clusters - 1) + clusters columns + 1 parameters
 * (Pelleg & Moore 2000, x-means; theirs has the opposite sign and half the size).
 * sizes [clusters]: rows of each cluster. totalInertia: of one cluster; a billionth of it is the least variance.
 */
export function sphericalBic(
  sizes: ArrayLike<number>,
  rows: number,
  columns: number,
  inertia: number,
  totalInertia: number,
): number {
  const clusters = sizes.length;
  const free = columns * Math.max(rows - clusters, 1);
  const variance = Math.max(inertia / free, (totalInertia / free) * 1e-9, Number.MIN_VALUE);
  let logLikelihood = -((rows * columns) / 2) * Math.log(2 * Math.PI * variance) - inertia / (2 * variance);
  for (let c = 0; c < clusters; c++)
    if (sizes[c]! > 0) logLikelihood += sizes[c]! * Math.log(sizes[c]! / rows);
  const parameters = clusters - 1 + clusters * columns + 1;
  return -2 * logLikelihood + parameters * Math.log(rows);
}
