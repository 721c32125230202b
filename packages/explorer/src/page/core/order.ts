import type { SiteDimension } from "../../site/manifest.js";

/** The dimensions by KL, largest first; where that is not known by the spread of the codes. */
export function byImportance(dimensions: readonly SiteDimension[]): number[] {
  const weight = ({ kl, quantiles }: SiteDimension) => kl ?? quantiles[4] - quantiles[0];
  return dimensions
    .map((_, dimension) => dimension)
    .sort((a, b) => weight(dimensions[b]!) - weight(dimensions[a]!) || a - b);
}
