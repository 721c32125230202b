import type { ClusterMethod } from "./choose-method.js";

/** Scores of one number of clusters. */
export interface ClusterCandidate {
  clusters: number;
  /** Mean silhouette, -1 to 1; null for one cluster, and where all scored rows fell into one. */
  silhouette: number | null;
  /**
   * The silhouette of as many clusters of draws from one Gaussian of the same mean and covariance, where there are none. Of "gmm" it is
   * known of the recommended number alone, for the time it takes; null elsewhere.
   */
  nullSilhouette: number | null;
  /** Less is better; null where there are too few rows for so many components. */
  bic: number | null;
  /** Mean adjusted Rand index with the fits of resamples; null for one cluster. */
  stability: number | null;
  /** The stability of as many clusters of those draws; null but of the recommended number. */
  nullStability: number | null;
}

export interface Recommendation {
  /** The number of clusters that each score finds best, the smallest of equals. */
  best: { silhouette: number; bic: number; stability: number };
  /** 1 for no clusters. */
  recommended: number;
  /** Why, in plain English. */
  reason: string;
}

/** How far the silhouette of k-means must be above that of one Gaussian; that of a uniform square is by 0.09. */
const margin = 0.1;
/** Below, there is no substantial structure (Kaufman & Rousseeuw 1990). */
const separated = 0.25;

/** The recommended number, for what is scored of it alone. candidates: ascending, at least one */
export function recommendedOf(candidates: readonly ClusterCandidate[], method: ClusterMethod): number {
  if (method === "gmm") return best(candidates, lowBic).clusters;
  const furthest = best(candidates, excess);
  return excess(furthest) >= margin ? furthest.clusters : 1;
}

/**
 * One number of clusters. Of mixtures it is the one of least BIC, from one Gaussian on (Schwarz 1978; Fraley & Raftery 2002). The BIC of
 * the spheres that k-means implies falls with almost every cluster, and stability grows with the rows, clusters or not (Ben-David, von
 * Luxburg & Pal 2006): for k-means it is the number whose silhouette is furthest above that of one Gaussian cut into as many, by 0.1
 * or more, and else 1. candidates: ascending, at least one
 */
export function recommend(candidates: readonly ClusterCandidate[], method: ClusterMethod): Recommendation {
  const recommended = recommendedOf(candidates, method);
  const chosen = candidates.find(({ clusters }) => clusters === recommended);
  const last = candidates[candidates.length - 1]!;
  const range = rangeOf(candidates);
  const notes =
    method === "gmm" ? [reasonOfBic(candidates, recommended)] : [reasonOfSilhouette(chosen, range)];
  if (chosen && chosen.clusters > 1) notes.push(...remarks(chosen));
  if (method === "gmm" && candidates.length > 1 && chosen !== last && last.bic === null) {
    notes.push("There are too few rows to tell of more.");
  }
  return {
    best: {
      silhouette: best(candidates, ({ silhouette }) => silhouette).clusters,
      bic: best(candidates, lowBic).clusters,
      stability: best(candidates, ({ stability }) => stability).clusters,
    },
    recommended,
    reason: notes.join(" "),
  };
}

function reasonOfBic(candidates: readonly ClusterCandidate[], recommended: number): string {
  const known = candidates.filter(({ bic }) => bic !== null);
  const last = candidates[candidates.length - 1]!;
  if (known.length === 0) {
    return `There are too few rows to tell how many clusters there are: a mixture of ${rangeOf(candidates)} Gaussians has no bounded likelihood.`;
  }
  if (recommended === 1) {
    return candidates.length === 1
      ? "One cloud: no more clusters were tried."
      : `One cloud: of mixtures of ${rangeOf(candidates)} Gaussians, one has the least BIC.`;
  }
  return recommended === last.clusters && candidates.length > 1
    ? `At least ${recommended} components: BIC still falls at ${recommended} Gaussians, the most that was tried.`
    : `BIC is least with ${recommended} components, of mixtures of ${rangeOf(candidates)} Gaussians.`;
}

function reasonOfSilhouette(chosen: ClusterCandidate | undefined, range: string): string {
  if (!chosen || chosen.clusters === 1) {
    return (
      `Nothing speaks for clusters: with ${range} of them, no silhouette is ${margin} above that of one Gaussian of the same mean and ` +
      "covariance, cut into as many. k-means cuts one cloud into regions."
    );
  }
  return `With ${chosen.clusters} clusters, of ${range}, the silhouette is furthest above what it is without clusters.`;
}

/** The scores that did not decide, each beside what it is where there are no clusters. */
function remarks({ silhouette, nullSilhouette, stability, nullStability }: ClusterCandidate): string[] {
  const said: string[] = [];
  const here: string[] = [];
  const there: string[] = [];
  if (silhouette !== null) {
    here.push(`silhouette is ${silhouette.toFixed(2)}`);
    if (nullSilhouette !== null) there.push(nullSilhouette.toFixed(2));
  }
  if (stability !== null) {
    here.push(`stability ${here.length > 0 ? "" : "is "}${stability.toFixed(2)}`);
    if (nullStability !== null) there.push(nullStability.toFixed(2));
  }
  const compared = `; one Gaussian of the same mean and covariance, cut into as many, has ${there.join(" and ")}`;
  if (here.length > 0) said.push(`Their ${here.join(" and their ")}${there.length > 0 ? compared : ""}.`);
  if (silhouette !== null && silhouette < separated) {
    said.push(
      "Clusters of so low a silhouette touch or overlap: read them as regions, not as separate groups.",
    );
  }
  return said;
}

function rangeOf(candidates: readonly ClusterCandidate[]): string {
  const [first, last] = [candidates[0]!.clusters, candidates[candidates.length - 1]!.clusters];
  return first === last ? `${first}` : `${first} to ${last}`;
}

function excess({ silhouette, nullSilhouette }: ClusterCandidate): number {
  return silhouette === null ? Number.NEGATIVE_INFINITY : silhouette - (nullSilhouette ?? 0);
}

function lowBic({ bic }: ClusterCandidate): number | null {
  return bic === null ? null : -bic;
}

/** The first of the largest; the first of all where none has a score. */
function best(
  candidates: readonly ClusterCandidate[],
  score: (candidate: ClusterCandidate) => number | null,
): ClusterCandidate {
  const of = (candidate: ClusterCandidate) => score(candidate) ?? Number.NEGATIVE_INFINITY;
  return candidates.reduce((found, candidate) => (of(candidate) > of(found) ? candidate : found));
}
