import { chooseClusters } from "../cluster/choose.js";
import { hdbscan } from "../cluster/hdbscan.js";
import { kmeans } from "../cluster/kmeans.js";
import { gaussianMixture } from "../cluster/mixture.js";
import { posteriorMixture } from "../cluster/posterior.js";
import { clusterStability } from "../cluster/stability.js";
import { aggregatedPosterior } from "../describe/aggregated-posterior.js";
import { distanceToPrior } from "../describe/distance-to-prior.js";
import { holes } from "../describe/holes.js";
import { intrinsicDimension } from "../describe/intrinsic-dimension.js";
import { squaredMmd } from "../describe/mmd.js";
import { mutualInformation } from "../describe/mutual-information.js";
import { outliers } from "../describe/outliers.js";
import { totalCorrelation } from "../describe/total-correlation.js";
import { neighbourPath } from "../move/neighbour-path.js";
import { nearestNeighbours } from "../neighbours/nearest-neighbours.js";
import { pca } from "../project/pca.js";
import { continuity, trustworthiness } from "../project/quality.js";
import { tsne } from "../project/tsne.js";
import { umap } from "../project/umap.js";
import { umapTransform } from "../project/umap-transform.js";
import { silhouette } from "../score/silhouette.js";

/** Every call that takes data alone and may take long. One more is a line here and one in LatentWorker. */
export const calls = {
  nearestNeighbours,
  neighbourPath,
  pca,
  umap,
  umapTransform,
  tsne,
  trustworthiness,
  continuity,
  kmeans,
  gaussianMixture,
  posteriorMixture,
  hdbscan,
  chooseClusters,
  clusterStability,
  silhouette,
  aggregatedPosterior,
  totalCorrelation,
  distanceToPrior,
  squaredMmd,
  intrinsicDimension,
  mutualInformation,
  outliers,
  holes,
};

export type Call = (...args: never[]) => unknown;
export type CallName = keyof typeof calls;

/** The library's calls, each with its own arguments and a promise of its result. */
export type LatentCalls = {
  [K in keyof typeof calls]: (
    ...args: Parameters<(typeof calls)[K]>
  ) => Promise<Awaited<ReturnType<(typeof calls)[K]>>>;
};
