import { UsageError } from "../errors.js";
import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import type { RunOptions } from "../task.js";

export const projections = ["pca", "umap", "tsne"] as const;
export type Projection = (typeof projections)[number];

export interface AnalyzeOptions extends RunOptions {
  /** Decides all that is random (default 0). */
  seed?: number;
  /** Clusters of k-means and the mixture. Default: as many as are recommended between 2 and `mostClusters`. */
  clusters?: number | null;
  /** Most clusters that are tried (default 15). */
  mostClusters?: number;
  /** Which maps are made (default all). PCA always is. */
  projections?: readonly Projection[];
  /** Whether there are maps in three dimensions, too (default true). */
  threeDimensions?: boolean;
  /** Latent dimensions that are traversed, those with the most KL first (default 8). */
  traversals?: number;
}

export type CheckedOptions = Required<AnalyzeOptions> & RunOptions;

const names = ["seed", "clusters", "mostClusters", "projections", "threeDimensions", "traversals"];

/** @throws UsageError for an option that does not exist or is out of its range */
export function checkAnalyzeOptions(options: AnalyzeOptions): Omit<CheckedOptions, keyof RunOptions> {
  checkOptions("analyze", options, [...names, ...runOptionNames]);
  const {
    seed = 0,
    clusters = null,
    mostClusters = 15,
    projections: chosen = projections,
    threeDimensions = true,
    traversals = 8,
  } = options;
  checkInteger("analyze", "seed", seed, 0);
  if (clusters !== null) checkInteger("analyze", "clusters", clusters, 2, 1000);
  checkInteger("analyze", "mostClusters", mostClusters, 3, 100);
  checkInteger("analyze", "traversals", traversals, 1, 64);
  if (typeof threeDimensions !== "boolean") {
    throw new UsageError(`analyze: threeDimensions must be true or false, got ${threeDimensions}`);
  }
  if (!Array.isArray(chosen)) {
    throw new UsageError(`analyze: projections must be a list such as ["umap"], got ${chosen}`);
  }
  for (const projection of chosen) checkWord("analyze", "projections", projection, projections);
  return { seed, clusters, mostClusters, projections: chosen, threeDimensions, traversals };
}
