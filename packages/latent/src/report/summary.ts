import type { Analysis } from "./analyze.js";
import type { Section } from "./sections/section.js";

/** The analysis as report.json has it: all figures and sentences, without what rows.csv has of each row. */
export function summary(analysis: Analysis, sections: readonly Section[]): object {
  const { input, seed, dimensions, prior, map, labels, clusters, outliers, moves } = analysis;
  const { name, rows, latent, classes, facts } = input;
  const { order: furthest, lof, distance } = outliers;
  const place = (row: number) => input.index?.[row] ?? row;
  return {
    format: "vaekit-report",
    version: 1,
    name,
    rows,
    latent,
    prior: input.prior,
    seed,
    labels: classes && { name: classes.title, names: classes.names },
    facts: Object.fromEntries(facts.map(({ label, value }) => [label, value])),
    sentences: Object.fromEntries(sections.map(({ id, sentences }) => [id, sentences])),
    labelNeighbours: labels &&
      classes && {
        neighbours: labels.neighbours,
        accuracy: labels.accuracy,
        largestShare: labels.largestShare,
        perClass: Object.fromEntries(classes.names.map((of, i) => [of, labels.perClass[i]])),
      },
    dimensions: { ...dimensions, correlation: matrix(dimensions.correlation) },
    priorDistance: prior && {
      ...prior.distance,
      totalCorrelation: prior.totalCorrelation,
      holes: {
        ...prior.holes,
        points: matrix(prior.holes.points),
        distance: Array.from(prior.holes.distance),
      },
    },
    maps: map.embeddings.map(({ points: _, ...rest }) => ({
      ...rest,
      neighbours: map.scored,
      rows: map.scoredRows,
    })),
    mapSettings: map.settings,
    mapsLeftOut: map.left,
    principalAxes: map.explained,
    clusters: {
      choice: clusters.choice,
      clusterings: clusters.clusterings.map(({ labels: _, ...rest }) => rest),
      mixture: {
        components: clusters.mixture.components,
        /** A lower bound of the mean E_q[ln p(z)], and no choice among numbers of components: see heldOut. */
        logLikelihood: clusters.mixture.logLikelihood,
        converged: clusters.mixture.converged,
        covariance: clusters.covariance,
      },
      heldOut: clusters.heldOut,
      hdbscan: { minClusterSize: clusters.minClusterSize, minSamples: clusters.minSamples },
    },
    outliers: Array.from(furthest, (row) => ({
      row: place(row),
      localOutlierFactor: lof[row],
      neighbourDistance: distance[row],
    })),
    moves: moves && {
      traversals: moves.traversals.map(({ dimension, values }) => ({ dimension, values })),
      interpolations: moves.interpolations.map(({ from, to, ways }) => ({
        from: place(from),
        to: place(to),
        ways: ways.map(({ name: way, length }) => ({ name: way, length })),
      })),
      directions: {
        asked: moves.directions.asked.map(({ name: direction, rows: count, auc }) => ({
          name: direction,
          rows: count,
          auc,
        })),
        small: moves.directions.small,
        further: moves.directions.further,
      },
      arithmetic: moves.arithmetic.map(({ strips: _, ...rest }) => rest),
    },
  };
}

function matrix({ data, shape }: { data: Float32Array; shape: readonly number[] }): number[][] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}
