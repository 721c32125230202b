import { type ClusterChoice, chooseClusters } from "../../cluster/choose.js";
import { type Hdbscan, hdbscan } from "../../cluster/hdbscan.js";
import { kmeans } from "../../cluster/kmeans.js";
import type { CovarianceName, GaussianMixture } from "../../cluster/mixture.js";
import { posteriorPoints } from "../../cluster/posterior.js";
import { distinctRows } from "../../distinct-rows.js";
import { DataError } from "../../errors.js";
import type { Rows } from "../../rows.js";
import { someRows, takeRows } from "../../sample-rows.js";
import { adjustedMutualInformation } from "../../score/adjusted-mutual-information.js";
import { adjustedRandIndex } from "../../score/adjusted-rand-index.js";
import { normalizedMutualInformation } from "../../score/normalized-mutual-information.js";
import { purity } from "../../score/purity.js";
import { silhouette } from "../../score/silhouette.js";
import { vMeasure } from "../../score/v-measure.js";
import type { CheckedInput, Classes } from "../input.js";
import type { CheckedOptions } from "../options.js";
import type { Step } from "../step.js";
import { pointsName } from "../words.js";
import type { MapAnalysis } from "./map.js";
import { fitMixture, type HeldOut, holdOut } from "./mixture.js";

export interface Clustering {
  /** "k-means (10)", "Gaussian mixture (10)", "HDBSCAN", ... */
  name: string;
  /** What was clustered, and how. */
  of: string;
  /** [rows]; -1 is noise. */
  labels: Int32Array;
  clusters: number;
  /** Share of rows that belong to no cluster. */
  noise: number;
  /** Mean silhouette of the rows that belong to one, on a sample; null for fewer than two clusters. */
  silhouette: number | null;
  /** Against the labels, where there are some. */
  scores: ClusterScores | null;
}

export interface ClusterScores {
  /** Adjusted Rand index: 0 by chance, 1 for equal partitions. */
  ari: number;
  /** Adjusted mutual information: 0 by chance, 1 for equal partitions. */
  ami: number;
  nmi: number;
  vMeasure: number;
  homogeneity: number;
  completeness: number;
  purity: number;
}

export interface ClustersAnalysis {
  /** null where the number was given, or too few codes are different. */
  choice: ClusterChoice | null;
  /** Codes that are different, counted as far as it matters here. */
  distinct: number;
  clusterings: Clustering[];
  /** Of as many components as have the least BIC, or as were asked for: it stands for the codes where new ones are drawn. */
  mixture: GaussianMixture;
  covariance: CovarianceName;
  /** null where the model's prior is not the standard normal, or for too few rows. */
  heldOut: HeldOut | null;
  hdbscan: Hdbscan;
  /** What HDBSCAN took for a cluster, on the codes and on the map. */
  minClusterSize: number;
  minSamples: number;
  /** The clustering that agrees best with the labels, or k-means; index of clusterings. */
  shown: number;
}

type Options = Pick<CheckedOptions, "clusters" | "mostClusters">;

/** Rows that silhouettes are taken of. */
export const silhouetteRows = 2000;
/** Rows that the number of clusters is chosen on: it takes dozens of fits. */
const choiceRows = 5000;
/** How the number is tested. */
const quick = { patience: 3, resamples: 3, resampleRows: 2000, silhouetteRows: 2000 };
/** Dimensions above which a full covariance has more numbers than a few thousand codes can tell. */
const mostForFull = 48;
/** Classes that are also asked for as clusters. */
const mostAsked = 50;

export async function analyzeClusters(
  input: CheckedInput,
  map: MapAnalysis,
  { clusters, mostClusters }: Options,
  step: Step,
): Promise<ClustersAnalysis> {
  const { codes, posteriors, rows, latent, classes } = input;
  const means = pointsName(input);
  const { seed } = step;
  const distinct = distinctRows(codes.mu, { limit: Math.max(mostAsked, clusters ?? 2) }).length;
  if (clusters !== null && clusters > distinct) {
    throw new DataError(
      `analyze: ${clusters} clusters were asked for, but only ${distinct} of ${rows} codes are different; ask for at most as many`,
    );
  }
  const covariance = latent > mostForFull ? "diagonal" : "full";
  const some = takeRows(codes.mu, someRows(rows, choiceRows, seed));
  const to = Math.min(
    mostClusters,
    Math.floor(rows / 3),
    distinctRows(some, { limit: mostClusters + 1 }).length - 1,
  );
  const choice =
    clusters === null && to >= 3
      ? await step.run("number of clusters", (run) =>
          chooseClusters(some, { to, method: "gmm", covariance, ...quick, seed, ...run }),
        )
      : null;
  const asked = Math.min(clusters ?? choice?.recommended ?? 2, distinct);
  const list: Omit<Clustering, "silhouette" | "scores" | "noise" | "clusters">[] = [];
  let mixture: GaussianMixture | undefined;
  for (const k of sizesOf(asked, choice, classes, distinct)) {
    const plain = await step.run(`k-means, ${k} clusters`, (run) =>
      kmeans(codes.mu, { clusters: k, seed, ...run }),
    );
    list.push({ name: `k-means (${k})`, of: means, labels: plain.labels });
    if (posteriors) {
      const wide = await step.run(`k-means of posteriors, ${k} clusters`, (run) =>
        kmeans(posteriorPoints(posteriors), { clusters: k, seed, ...run }),
      );
      list.push({
        name: `k-means W2 (${k})`,
        of: "posteriors, by their 2-Wasserstein distance",
        labels: wide.labels,
      });
    }
    const fitted = await fitMixture(codes, k, covariance, step);
    list.push({
      name: `Gaussian mixture (${k})`,
      of: posteriors ? "posteriors, means and variances" : means,
      labels: fitted.labels,
    });
    if (k === asked) mixture = fitted;
  }
  mixture ??= await fitMixture(codes, asked, covariance, step);
  const heldOut =
    posteriors && input.standardNormal ? await holdOut(posteriors, asked, covariance, step) : null;
  const minClusterSize = Math.max(2, Math.min(15, Math.floor(rows / 4)), Math.round(rows / 100));
  const density = { minClusterSize, minSamples: Math.min(10, minClusterSize), seed };
  const dense = await step.run("HDBSCAN", (run) => hdbscan(codes.mu, { ...density, ...run }));
  list.push({ name: "HDBSCAN", of: means, labels: dense.labels });
  const flat = map.embeddings.find(({ name, dimensions }) => name === "UMAP" && dimensions === 2);
  if (flat) {
    const onMap = await step.run("HDBSCAN of the map", (run) => hdbscan(flat.points, { ...density, ...run }));
    list.push({ name: "HDBSCAN on UMAP", of: "the map in two dimensions", labels: onMap.labels });
  }
  const clusterings: Clustering[] = [];
  for (const found of list)
    clusterings.push({ ...found, ...(await describeClustering(codes.mu, found.labels, classes, step)) });
  const best = clusterings.reduce(
    (a, b, i) => ((b.scores?.ari ?? 0) > (clusterings[a]!.scores?.ari ?? 0) ? i : a),
    0,
  );
  return {
    ...{ choice, distinct, clusterings, mixture, covariance, heldOut },
    ...{ hdbscan: dense, minClusterSize, minSamples: density.minSamples, shown: best },
  };
}

/**
 * Numbers of clusters that k-means and mixtures are asked for: the recommended one and that of the classes. Of one cloud without
 * classes, the number that cuts it best.
 */
function sizesOf(
  asked: number,
  choice: ClusterChoice | null,
  classes: Classes | null,
  distinct: number,
): Set<number> {
  const sizes = new Set<number>();
  if (asked > 1) sizes.add(asked);
  const kinds = classes?.names.length ?? 0;
  if (kinds > 1 && kinds <= Math.min(mostAsked, distinct)) sizes.add(kinds);
  if (sizes.size === 0) sizes.add(Math.min(Math.max(choice?.best.silhouette ?? 2, 2), distinct));
  return sizes;
}

async function describeClustering(mu: Rows, labels: Int32Array, classes: Classes | null, step: Step) {
  const kept = Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
  const clusters = new Set(kept.map((row) => labels[row]!)).size;
  const inside = kept.length === labels.length ? mu : takeRows(mu, kept);
  const scored =
    clusters > 1 && clusters < kept.length
      ? await step.run("silhouettes", (run) =>
          silhouette(
            inside,
            kept.map((row) => labels[row]!),
            { rows: Math.min(kept.length, silhouetteRows), seed: step.seed, ...run },
          ),
        )
      : null;
  return {
    clusters,
    noise: 1 - kept.length / labels.length,
    silhouette: scored?.mean ?? null,
    scores: classes && classes.names.length > 1 ? scoresOf(classes.of, labels) : null,
  };
}

function scoresOf(truth: Int32Array, labels: Int32Array): ClusterScores {
  return {
    ari: adjustedRandIndex(truth, labels),
    ami: adjustedMutualInformation(truth, labels),
    nmi: normalizedMutualInformation(truth, labels),
    ...vMeasure(truth, labels),
    purity: purity(truth, labels),
  };
}
