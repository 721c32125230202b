import type { ClusterMethod } from "./choose-method.js";

/** Scores of one number of clusters. */
export interface ClusterCandidate {
  clusters: number;
  /** Mean silhouette, -1 to 1; 0 where all scored rows fell into one cluster. */
  silhouette: number;
  /** Less is better. */
  bic: number;
  /** Mean adjusted Rand index with the fits of resamples. */
  stability: number;
}

export interface Recommendation {
  /** The number of clusters that each score finds best, the smallest of equals. */
  best: { silhouette: number; bic: number; stability: number };
  recommended: number;
  /** Why, in plain English. */
  reason: string;
}

/** From here on clusters return in other samples: the bound of Tibshirani & Walther 2005 for their prediction strength. */
const reproducible = 0.8;
/** Below, there is no substantial structure (Kaufman & Rousseeuw 1990). */
const separated = 0.25;

const names = { silhouette: "silhouette", bic: "BIC", stability: "stability" };

/**
 * One number of clusters from three scores, which often disagree. Of mixtures it is the one of least BIC, as is usual (Fraley &
 * Raftery 2002). k-means has no likelihood, and the BIC of the spheres it implies falls with almost every cluster: of its numbers
 * it is the one that two scores name; else, of those whose clusters return
 * in resamples, the one of highest silhouette; else the most stable. A score that is best at the last number has not found its best,
 * and names it only when its clusters return. candidates: ascending, at least one
 */
export function recommend(candidates: readonly ClusterCandidate[], method: ClusterMethod): Recommendation {
  const best = {
    silhouette: largest(candidates, ({ silhouette }) => silhouette).clusters,
    bic: largest(candidates, ({ bic }) => -bic).clusters,
    stability: largest(candidates, ({ stability }) => stability).clusters,
  };
  const { chosen, because } = rules[method](candidates, best);
  const notes = [because];
  const last = candidates[candidates.length - 1]!.clusters;
  const improving = method === "kmeans" ? namesOf(best, last) : [];
  if (candidates.length > 1 && chosen.clusters !== last && improving.length > 0) {
    const verb = improving.length > 1 ? "are" : "is";
    notes.push(`${capital(improving.join(" and "))} ${verb} still best at ${last}, the most that was tried.`);
  }
  if (chosen.silhouette < separated) {
    notes.push(
      `A silhouette of ${chosen.silhouette.toFixed(2)} is low: these clusters touch or overlap, so read them as regions, not as separate groups.`,
    );
  }
  return { best, recommended: chosen.clusters, reason: notes.join(" ") };
}

type Rule = (
  candidates: readonly ClusterCandidate[],
  best: Recommendation["best"],
) => { chosen: ClusterCandidate; because: string };

const rules: { [K in ClusterMethod]: Rule } = { kmeans: byAgreement, gmm: byBic };

function byBic(...[candidates, best]: Parameters<Rule>): ReturnType<Rule> {
  const chosen = candidates.find(({ clusters }) => clusters === best.bic)!;
  const { clusters, stability } = chosen;
  const because =
    candidates.length > 1 && chosen === candidates[candidates.length - 1]
      ? `BIC still falls at ${clusters} clusters, the most that was tried: there may be more.`
      : `BIC is least with ${clusters} clusters.`;
  const returning =
    stability >= reproducible
      ? `They return in resamples (stability ${stability.toFixed(2)}).`
      : `They are not the same in each resample (stability ${stability.toFixed(2)}).`;
  return { chosen, because: `${because} ${returning}` };
}

function byAgreement(...[candidates, best]: Parameters<Rule>): ReturnType<Rule> {
  const last = candidates[candidates.length - 1]!;
  for (const candidate of candidates) {
    const { clusters, stability } = candidate;
    const agreeing = namesOf(best, clusters);
    if (agreeing.length < 2 || (candidate === last && stability < reproducible)) continue;
    const who = agreeing.length === 3 ? "Silhouette, BIC and stability all" : capital(agreeing.join(" and "));
    return {
      chosen: candidate,
      because: `${who} find ${clusters} clusters best (stability ${stability.toFixed(2)}).`,
    };
  }
  const found = `best by silhouette ${best.silhouette}, by BIC ${best.bic}, by stability ${best.stability}`;
  const stable = candidates.filter(({ stability }) => stability >= reproducible);
  if (stable.length > 0) {
    const chosen = largest(stable, ({ silhouette }) => silhouette);
    return {
      chosen,
      because: `The scores do not settle it (${found}); of the numbers whose clusters return in resamples (stability of at least ${reproducible}), ${chosen.clusters} separates them best.`,
    };
  }
  const chosen = largest(candidates, ({ stability }) => stability);
  return {
    chosen,
    because: `The scores do not settle it (${found}), and no number gives clusters that return in resamples; ${chosen.clusters} comes nearest, with a stability of ${chosen.stability.toFixed(2)}.`,
  };
}

/** The scores that find `clusters` best. */
function namesOf(best: Recommendation["best"], clusters: number): string[] {
  return (["silhouette", "bic", "stability"] as const)
    .filter((score) => best[score] === clusters)
    .map((score) => names[score]);
}

/** The first of the largest. */
function largest(
  candidates: readonly ClusterCandidate[],
  score: (candidate: ClusterCandidate) => number,
): ClusterCandidate {
  let best = candidates[0]!;
  for (const candidate of candidates) if (score(candidate) > score(best)) best = candidate;
  return best;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
