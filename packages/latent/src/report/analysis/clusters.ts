import { type ClusterChoice, chooseClusters } from "../../cluster/choose.js";
import { type Hdbscan, hdbscan } from "../../cluster/hdbscan.js";
import { kmeans } from "../../cluster/kmeans.js";
import type { GaussianMixture } from "../../cluster/mixture.js";
import { posteriorMixture, posteriorPoints } from "../../cluster/posterior.js";
import { DataError } from "../../errors.js";
import type { Rows } from "../../rows.js";
import { adjustedRandIndex } from "../../score/adjusted-rand-index.js";
import { normalizedMutualInformation } from "../../score/normalized-mutual-information.js";
import { purity } from "../../score/purity.js";
import { silhouette } from "../../score/silhouette.js";
import { vMeasure } from "../../score/v-measure.js";
import { type CheckedInput, type Classes, takeRows } from "../input.js";
import type { CheckedOptions } from "../options.js";
import type { Step } from "../step.js";
import type { MapAnalysis } from "./map.js";

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
  mixture: GaussianMixture;
  hdbscan: Hdbscan;
  /** The clustering that agrees best with the labels, or k-means; index of clusterings. */
  shown: number;
}

type Options = Pick<CheckedOptions, "clusters" | "mostClusters">;

/** Rows that silhouettes are taken of. */
const silhouetteRows = 2000;
/** Rows that the number of clusters is chosen on: it takes hundreds of fits. */
const choiceRows = 5000;
/** How the number is tested for stability. */
const quick = { resamples: 4, resampleRows: 2000, silhouetteRows: 2000 };
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
  const { codes, rows, latent, classes } = input;
  const { seed } = step;
  const distinct = countDistinct(codes.mu, Math.max(mostAsked, clusters ?? 2));
  if (clusters !== null && clusters > distinct) {
    throw new DataError(
      `analyze: ${clusters} clusters were asked for, but only ${distinct} of ${rows} codes are different; ask for at most as many`,
    );
  }
  const covariance = latent > mostForFull ? "diagonal" : "full";
  const some = spaced(codes.mu, choiceRows);
  const to = Math.min(mostClusters, Math.floor(rows / 3), countDistinct(some, mostClusters + 1) - 1);
  const choice =
    clusters === null && to >= 3
      ? await step.run("number of clusters", (run) =>
          chooseClusters(some, { from: 2, to, method: "gmm", covariance, ...quick, seed, ...run }),
        )
      : null;
  const asked = Math.min(clusters ?? choice?.recommended ?? 2, distinct);
  const list: Omit<Clustering, "silhouette" | "scores" | "noise" | "clusters">[] = [];
  const sizes = [asked];
  if (classes && classes.names.length > 1 && classes.names.length <= Math.min(mostAsked, distinct)) {
    sizes.push(classes.names.length);
  }
  let mixture: GaussianMixture | undefined;
  for (const k of new Set(sizes)) {
    const plain = await step.run(`k-means, ${k} clusters`, (run) =>
      kmeans(codes.mu, { clusters: k, seed, ...run }),
    );
    list.push({ name: `k-means (${k})`, of: "posterior means", labels: plain.labels });
    const wide = await step.run(`k-means of posteriors, ${k} clusters`, (run) =>
      kmeans(posteriorPoints(codes), { clusters: k, seed, ...run }),
    );
    list.push({
      name: `k-means W2 (${k})`,
      of: "posteriors, by their 2-Wasserstein distance",
      labels: wide.labels,
    });
    const fitted = await step.run(`Gaussian mixture, ${k} components`, (run) =>
      posteriorMixture(codes, { components: k, covariance, seed, ...run }),
    );
    list.push({
      name: `Gaussian mixture (${k})`,
      of: "posteriors, means and variances",
      labels: fitted.labels,
    });
    mixture = fitted;
  }
  const minClusterSize = Math.max(5, Math.round(rows / 200));
  const dense = await step.run("HDBSCAN", (run) =>
    hdbscan(codes.mu, { minClusterSize, minSamples: 5, seed, ...run }),
  );
  list.push({ name: "HDBSCAN", of: "posterior means", labels: dense.labels });
  const flat = map.embeddings.find(({ name, dimensions }) => name === "UMAP" && dimensions === 2);
  if (flat) {
    const onMap = await step.run("HDBSCAN of the map", (run) =>
      hdbscan(flat.points, { minClusterSize, minSamples: 5, seed, ...run }),
    );
    list.push({ name: "HDBSCAN on UMAP", of: "the map in two dimensions", labels: onMap.labels });
  }
  const clusterings: Clustering[] = [];
  for (const found of list)
    clusterings.push({ ...found, ...(await describeClustering(codes.mu, found.labels, classes, step)) });
  const best = clusterings.reduce(
    (a, b, i) => ((b.scores?.ari ?? 0) > (clusterings[a]!.scores?.ari ?? 0) ? i : a),
    0,
  );
  return { choice, distinct, clusterings, mixture: mixture!, hdbscan: dense, shown: best };
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
    nmi: normalizedMutualInformation(truth, labels),
    ...vMeasure(truth, labels),
    purity: purity(truth, labels),
  };
}

/** Distinct rows, counted up to `most`. */
function countDistinct({ data, shape }: Rows, most: number): number {
  const [rows, columns] = shape as [number, number];
  const seen = new Set<string>();
  for (let i = 0; i < rows && seen.size < most; i++)
    seen.add(data.subarray(i * columns, (i + 1) * columns).join());
  return seen.size;
}

/** At most `most` rows, evenly spaced. */
function spaced(points: Rows, most: number): Rows {
  const rows = points.shape[0]!;
  if (rows <= most) return points;
  return takeRows(
    points,
    Array.from({ length: most }, (_, i) => Math.floor((i * rows) / most)),
  );
}
