import { choiceFigure } from "../../draw/choice.js";
import { condensedTreeFigure } from "../../draw/condensed-tree.js";
import { confusionFigure } from "../../draw/confusion.js";
import { scatterFigure } from "../../draw/scatter.js";
import { confusionTable } from "../../score/confusion-table.js";
import { type Clustering, silhouetteRows } from "../analysis/clusters.js";
import type { HeldOut } from "../analysis/mixture.js";
import type { Analysis } from "../analyze.js";
import type { PageTable } from "../page/page-data.js";
import { list, percent, plural, pointsName, short, signed } from "../words.js";
import type { Section, SectionFigure } from "./section.js";

/** An adjusted Rand index up to here is as good as none: partitions by chance have 0. */
const byChance = 0.05;
/** Share of a class that makes it one of those that a cluster is of. */
const muchOfClass = 0.3;
/** Clusters and classes that a confusion table can show. */
const mostInTable = 60;

export function clustersSection(analysis: Analysis): Section {
  const { input, map, clusters } = analysis;
  const { classes } = input;
  const { choice, clusterings, hdbscan, shown } = clusters;
  const best = clusterings[shown]!;
  const figures: SectionFigure[] = [];
  if (choice) {
    figures.push({
      file: "choice",
      caption:
        "Silhouette, BIC and bootstrap stability of Gaussian mixtures for each number of components; BIC decides.",
      draw: (theme) => choiceFigure(choice, { theme, subtitle: "Gaussian mixtures" }),
    });
  }
  const flat = map.embeddings.find(({ dimensions }) => dimensions === 2);
  if (flat) {
    figures.push({
      file: "clusters",
      caption: `The clusters of ${best.name} on the map by ${flat.name}.`,
      draw: (theme) =>
        scatterFigure(
          {
            points: flat.points,
            labels: best.labels,
            legendTitle: best.name,
            axes: [flat.axes[0]!, flat.axes[1]!],
          },
          { theme, title: `Clusters of ${best.name}` },
        ),
    });
  }
  if (
    classes &&
    classes.names.length > 1 &&
    classes.names.length <= mostInTable &&
    best.clusters <= mostInTable
  ) {
    const names = Array.from(classes.of, (at) => classes.names[at]!);
    figures.push({
      file: "confusion",
      caption: `Each ${classes.title} (rows) in the clusters of ${best.name} (columns).`,
      draw: (theme) =>
        confusionFigure(confusionTable(names, best.labels), {
          theme,
          title: `${classes.title} in the clusters of ${best.name}`,
        }),
    });
  }
  if (hdbscan.clusters > 0) {
    figures.push({
      file: "tree",
      caption: `HDBSCAN's condensed tree: how clusters of the ${pointsName(input)} part as density grows; coloured ones were chosen.`,
      draw: (theme) => condensedTreeFigure(hdbscan, { theme }),
    });
  }
  return {
    id: "clusters",
    title: "Clusters",
    sentences: sentences(analysis),
    tables: [table(clusterings, classes?.title ?? "the labels")],
    figures,
  };
}

function table(clusterings: readonly Clustering[], title: string): PageTable {
  const scored = clusterings.some(({ scores }) => scores);
  const silhouettes =
    `Silhouettes are of the codes, without noise, of at most ${silhouetteRows.toLocaleString("en")} rows. ` +
    "A mixture has fewer clusters than components where one of these is no row's likeliest.";
  const fixed = (value: number | null | undefined) =>
    value === null || value === undefined ? "" : value.toFixed(3).replace("-", "\u2212");
  return {
    caption: scored
      ? `Clusterings, and how far they agree with ${title} (1 is best; ARI and AMI are 0 by chance, NMI grows with the number of clusters, and noise counts as one more). ${silhouettes}`
      : `Clusterings. ${silhouettes}`,
    columns: [
      "clustering",
      "of",
      "clusters",
      "noise",
      "silhouette",
      ...(scored ? ["ARI", "AMI", "NMI"] : []),
    ],
    rows: clusterings.map(({ name, of, clusters, noise, silhouette, scores }) => [
      name,
      of,
      clusters,
      percent(noise),
      fixed(silhouette),
      ...(scored ? [fixed(scores?.ari), fixed(scores?.ami), fixed(scores?.nmi)] : []),
    ]),
  };
}

function sentences({ input, clusters }: Analysis): string[] {
  const { classes } = input;
  const { distinct, clusterings, heldOut, hdbscan, minClusterSize, minSamples, shown } = clusters;
  if (distinct === 1) return ["All codes are the same: there is nothing to cluster."];
  const said = wordsOfChoice(clusters);
  if (heldOut) said.push(wordsOfHeldOut(heldOut));
  const best = clusterings[shown]!;
  if (best.scores && classes) {
    const { ari, ami, nmi } = best.scores;
    const scores = `ARI ${signed(ari)}, AMI ${signed(ami)}, NMI ${nmi.toFixed(2)}`;
    said.push(
      ari <= byChance
        ? `No clustering agrees with ${classes.title} by much more than chance; nearest comes ${best.name} (${scores}).`
        : `${best.name} agrees best with ${classes.title}, picked by that from ${clusterings.length} clusterings: ${scores}.`,
    );
    const mixed = ari > byChance ? mixedClasses(best.labels, classes.of, classes.names) : [];
    if (mixed.length > 0) {
      said.push(
        `Its clusters mix ${mixed.slice(0, 5).join("; ")}${mixed.length > 5 ? "; and others" : ""} ` +
          `(more than ${percent(muchOfClass)} of each in one cluster).`,
      );
    }
  }
  const { labels } = clusterings.find(({ name }) => name === "HDBSCAN")!;
  const noise = labels.reduce((sum, label) => sum + Number(label < 0), 0) / labels.length;
  said.push(
    hdbscan.clusters === 0
      ? `HDBSCAN finds no cluster: no group of at least ${minClusterSize} codes has sparser ones around it.`
      : `HDBSCAN finds ${plural(hdbscan.clusters, "cluster")} of at least ${minClusterSize} rows and higher density (minSamples ${minSamples}); ` +
          (noise === 0 ? "every row belongs to one." : `${percent(noise)} of the rows belong to none.`),
  );
  if (clusterings.some(({ name }) => name === "HDBSCAN on UMAP")) {
    said.push(
      "HDBSCAN on UMAP finds groups of the map, which may split what is continuous in the latent space.",
    );
  }
  return said;
}

function wordsOfChoice({ choice, distinct, covariance }: Analysis["clusters"]): string[] {
  if (!choice) {
    return distinct <= 3
      ? [`Only ${distinct} codes are different, too few to choose a number of clusters.`]
      : [];
  }
  const said = [choice.reason];
  if (choice.recommended === 1) {
    said.push("k-means and mixtures of more components cut the cloud into regions.");
  } else {
    said.push(
      "The components describe the density, and more rows tell more of them apart: they need not be groups.",
    );
  }
  if (covariance === "diagonal") {
    said.push(
      "In so many dimensions the mixtures have diagonal covariances, and take several components for one cloud of correlated dimensions.",
    );
  }
  return said;
}

function nats(value: number): string {
  return Math.abs(value) < 1e4 ? value.toFixed(2).replace("-", "\u2212") : short(value);
}

function wordsOfHeldOut({ rows, components, mixture, prior, standardError }: HeldOut): string {
  const name = components === 1 ? "one Gaussian" : `a mixture of ${components} Gaussians`;
  const gain = mixture - prior;
  const verdict =
    Math.abs(gain) <= 2 * standardError
      ? "the two are as good as equal"
      : `${gain > 0 ? "the fit" : "N(0, I)"} describes new codes better`;
  return (
    `Of ${rows} codes held out, one draw from each posterior, the mean ln p is ${nats(mixture)} nats under ${name} fitted to the others and ` +
    `${nats(prior)} under N(0, I), a difference of ${nats(gain)} (standard error ${nats(standardError)}): ${verdict}.`
  );
}

/** Classes of which one cluster holds a good part each: "4 and 9". */
function mixedClasses(labels: Int32Array, classes: Int32Array, names: readonly string[]): string[] {
  const counts = new Map<number, Map<number, number>>();
  const sizes = new Float64Array(names.length);
  for (let i = 0; i < labels.length; i++) {
    sizes[classes[i]!]!++;
    if (labels[i]! < 0) continue;
    const inside = counts.get(labels[i]!) ?? new Map<number, number>();
    counts.set(labels[i]!, inside.set(classes[i]!, (inside.get(classes[i]!) ?? 0) + 1));
  }
  const found = new Set<string>();
  for (const inside of counts.values()) {
    const much = [...inside]
      .filter(([name, count]) => count > muchOfClass * sizes[name]!)
      .map(([name]) => name);
    if (much.length > 1) found.add(list(much.sort((a, b) => a - b).map((name) => names[name]!)));
  }
  return [...found];
}
