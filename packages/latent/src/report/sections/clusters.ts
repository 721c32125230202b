import { choiceFigure } from "../../draw/choice.js";
import { condensedTreeFigure } from "../../draw/condensed-tree.js";
import { confusionFigure } from "../../draw/confusion.js";
import { scatterFigure } from "../../draw/scatter.js";
import { confusionTable } from "../../score/confusion-table.js";
import type { Clustering } from "../analysis/clusters.js";
import type { Analysis } from "../analyze.js";
import type { PageTable } from "../page/page-data.js";
import { list, percent, plural } from "../words.js";
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
      caption: "Silhouette, BIC and bootstrap stability of k-means for each number of clusters.",
      draw: (theme) =>
        choiceFigure(choice, { theme, subtitle: choice.method === "gmm" ? "Gaussian mixtures" : "k-means" }),
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
      caption:
        "HDBSCAN's condensed tree: how clusters of the posterior means part as density grows; coloured ones were chosen.",
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
  const fixed = (value: number | null | undefined) =>
    value === null || value === undefined ? "" : value.toFixed(3);
  return {
    caption: scored
      ? `Clusterings, and how far they agree with ${title} (1 is best; ARI is 0 by chance, and noise counts as one more cluster). Silhouettes are of the codes, without noise.`
      : "Clusterings. Silhouettes are of the codes, without noise.",
    columns: [
      "clustering",
      "of",
      "clusters",
      "noise",
      "silhouette",
      ...(scored ? ["ARI", "NMI", "purity"] : []),
    ],
    rows: clusterings.map(({ name, of, clusters, noise, silhouette, scores }) => [
      name,
      of,
      clusters,
      percent(noise),
      fixed(silhouette),
      ...(scored ? [fixed(scores?.ari), fixed(scores?.nmi), fixed(scores?.purity)] : []),
    ]),
  };
}

function sentences({ input, clusters }: Analysis): string[] {
  const { classes } = input;
  const { choice, distinct, clusterings, hdbscan, shown } = clusters;
  if (distinct === 1) return ["All codes are the same: there is nothing to cluster."];
  const said: string[] = [];
  if (choice) said.push(choice.reason);
  else if (distinct <= 3)
    said.push(`Only ${distinct} codes are different, too few to choose a number of clusters.`);
  const best = clusterings[shown]!;
  if (best.scores && classes) {
    const { ari, nmi, purity } = best.scores;
    const scores = `ARI ${ari.toFixed(2)}, NMI ${nmi.toFixed(2)}, purity ${purity.toFixed(2)}`;
    said.push(
      ari <= byChance
        ? `No clustering agrees with ${classes.title} by much more than chance; nearest comes ${best.name} (${scores}).`
        : `${best.name} agrees best with ${classes.title}: ${scores}.`,
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
      ? "HDBSCAN finds no cluster: there is no group of codes with sparser ones around it."
      : `HDBSCAN finds ${plural(hdbscan.clusters, "cluster")} of higher density; ` +
          (noise === 0 ? "every row belongs to one." : `${percent(noise)} of the rows belong to none.`),
  );
  return said;
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
