import {
  choiceFigure,
  condensedTreeFigure,
  confusionFigure,
  correlationFigure,
  densityFigure,
  type Figure,
  type FigureOptions,
  gridFigure,
  informationFigure,
  interpolationFigure,
  klFigure,
  manifoldFigure,
  outliersFigure,
  type Pictures,
  scatterFigure,
  traversalFigure,
  varianceFigure,
} from "../../packages/latent/src/draw.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";

export function blobPoints(rows: number, groups: number, seed = 0): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: 2 * rows }, (_, i) => {
    const group = (i >> 1) % groups;
    return (i % 2 ? Math.sin(group * 2.4) : Math.cos(group * 2.4)) * (4 + group / 3) + 0.5 * random.normal();
  });
}

export function pictures(count: number, height = 8, width = 8, channels = 1, seed = 1): Pictures {
  const random = new Random(seed);
  const data = Uint8Array.from({ length: count * height * width * channels }, () => random.below(256));
  return { data, shape: [count, height, width, channels] };
}

const words = ["<b>&\"'", "long ".repeat(60), "שלום", "日本語 😀", "", "ω Ж é", "a\u0000b\u202ec", "\ud800"];
const quantiles = [0.01, 0.25, 0.5, 0.75, 0.99];

/** A tree of two clusters of 40 points, one of which parts again, and 20 points that leave before. */
export const tree = (() => {
  const parent: number[] = [];
  const child: number[] = [];
  const lambda: number[] = [];
  const size: number[] = [];
  const add = (...row: [number, number, number, number]) => {
    for (const [i, list] of [parent, child, lambda, size].entries()) list.push(row[i]!);
  };
  for (let i = 0; i < 20; i++) add(100, i, 0.2 + 0.01 * i, 1);
  add(100, 101, 0.5, 40);
  add(100, 102, 0.5, 40);
  for (let i = 20; i < 60; i++) add(101, i, 0.6 + 0.02 * i, 1);
  add(102, 103, 0.9, 15);
  add(102, 104, 0.9, 25);
  for (let i = 60; i < 75; i++) add(103, i, 1 + 0.02 * (i - 60), 1);
  for (let i = 75; i < 100; i++) add(104, i, i === 99 ? Number.POSITIVE_INFINITY : 1.4, 1);
  const labels = Int32Array.from({ length: 100 }, (_, i) => (i < 20 ? -1 : i < 60 ? 0 : i < 75 ? 1 : 2));
  return { condensedTree: { parent, child, lambda, size }, selected: [101, 103, 104], labels };
})();

type Draw = (options: FigureOptions) => Promise<Figure>;

/** One or more figures of each kind, small and with what is hard to set. */
export const cases: Record<string, Draw> = {
  scatter: (options) =>
    scatterFigure(
      {
        points: rowsOf(blobPoints(300, 10), 2),
        labels: Int32Array.from({ length: 300 }, (_, i) => (i % 10) - 1),
      },
      options,
    ),
  "scatter of odd words": (options) =>
    scatterFigure(
      {
        points: rowsOf(blobPoints(200, 8), 2),
        labels: Array.from({ length: 200 }, (_, i) => words[i % 8]!),
        legendTitle: "<i>",
        axes: ["<x>", "y ".repeat(900)],
      },
      options,
    ),
  "scatter of values": (options) =>
    scatterFigure(
      {
        points: rowsOf(blobPoints(200, 3), 2),
        values: Array.from({ length: 200 }, (_, i) => (i % 9 ? i * 1234.5 : Number.NaN)),
      },
      options,
    ),
  "scatter of many": (options) =>
    scatterFigure(
      {
        points: rowsOf(blobPoints(4000, 60), 2),
        labels: Array.from({ length: 4000 }, (_, i) => `class ${i % 60}`),
      },
      options,
    ),
  "scatter of one": (options) => scatterFigure({ points: rowsOf(Float32Array.of(3, 3), 2) }, options),
  density: (options) => densityFigure({ points: rowsOf(blobPoints(500, 5), 2) }, options),
  grid: (options) =>
    gridFigure(
      {
        pictures: pictures(10),
        columns: 4,
        rowLabels: ["a", "<b>", "long ".repeat(40)],
        columnLabels: ["one", "two words that are long", "3", ""],
        rowTitle: "rows",
        columnTitle: "columns",
        captions: Array.from({ length: 10 }, (_, i) => (i ? `number ${i * 10 ** i}` : "")),
      },
      options,
    ),
  "grid of thin rows": (options) =>
    gridFigure(
      {
        pictures: pictures(90, 4, 40),
        columns: 3,
        rowLabels: Array.from({ length: 30 }, (_, i) => `row ${i}`),
      },
      { width: 60, ...options },
    ),
  manifold: (options) =>
    manifoldFigure(
      {
        pictures: pictures(400, 4, 4),
        rows: Array.from({ length: 20 }, (_, i) => i / 7 - 1),
        columns: Array.from({ length: 20 }, (_, i) => i / 7 - 1),
        dimensions: ["z0", "z<1>"],
      },
      options,
    ),
  traversal: (options) =>
    traversalFigure(
      {
        strips: ["z0", "z1"].map((label) => ({
          label,
          values: [-12.345, -1, 0, 1, 1000],
          probabilities: quantiles,
          pictures: pictures(5),
        })),
      },
      options,
    ),
  interpolation: (options) =>
    interpolationFigure(
      { strips: ["linear", "slerp"].map((label) => ({ label, pictures: pictures(11) })) },
      options,
    ),
  outliers: (options) =>
    outliersFigure({ pictures: pictures(13, 28, 28, 3), scores: Array(13).fill(1 / 3) }, options),
  kl: (options) => klFigure({ kl: [2.5, 0.001, 7, 12.25], active: [true, false, true, true] }, options),
  "kl of 40": (options) => klFigure({ kl: Array.from({ length: 40 }, (_, i) => 100 / (1 + i)) }, options),
  "kl of 256": (options) => klFigure({ kl: Array.from({ length: 256 }, (_, i) => i / 100) }, options),
  "kl of one": (options) => klFigure({ kl: [0], active: [false] }, options),
  correlation: (options) =>
    correlationFigure(
      {
        matrix: rowsOf(
          Float32Array.from({ length: 64 }, (_, i) => (i % 9 ? Math.sin(i) : 1)),
          8,
        ),
      },
      options,
    ),
  "correlation of 120": (options) =>
    correlationFigure(
      {
        matrix: rowsOf(
          Float32Array.from({ length: 14_400 }, (_, i) => Math.sin(i)),
          120,
        ),
        names: Array.from({ length: 120 }, (_, i) => `z${i}`),
      },
      options,
    ),
  variance: (options) => varianceFigure({ ratio: [0.5, 0.3, 0.15, 0.05] }, options),
  "variance of 2": (options) => varianceFigure({ ratio: [0.7, 0.3] }, options),
  "variance of 1": (options) => varianceFigure({ ratio: [1] }, options),
  "variance of 200": (options) => varianceFigure({ ratio: Array(200).fill(1 / 200) }, options),
  choice: (options) =>
    choiceFigure(
      {
        candidates: Array.from({ length: 11 }, (_, i) => ({
          clusters: i + 2,
          silhouette: Math.sin(i),
          bic: i === 3 ? Number.NaN : 123_456 - 100 * i,
          stability: 0.5,
        })),
        recommended: 4,
        reason:
          "a reason that is told in a good number of words, more of them than there is room for on one line",
      },
      options,
    ),
  "choice of one": (options) =>
    choiceFigure(
      { candidates: [{ clusters: 2, silhouette: 0.5, bic: 10, stability: Number.NaN }], recommended: 2 },
      options,
    ),
  "condensed tree": (options) => condensedTreeFigure(tree, options),
  confusion: (options) =>
    confusionFigure(
      {
        rows: [0, 1, "x".repeat(300)],
        columns: [-1, 0, "<b>", 12_345],
        counts: [1, 0, 99_999, 3, 0, 0, 0, 0, 5, 6, 7, 8],
      },
      options,
    ),
  "confusion of 100": (options) =>
    confusionFigure(
      {
        rows: Array.from({ length: 100 }, (_, i) => `a class with the number ${i}`),
        columns: Array.from({ length: 100 }, (_, i) => i),
        counts: Array.from({ length: 10_000 }, (_, i) => i % 101),
      },
      options,
    ),
  information: (options) =>
    informationFigure(
      {
        nats: [
          [0.1, 2, 0],
          [0, 0, 0.5],
        ],
        rows: ["digit", "a column with a name that is long indeed & odd"],
        columns: ["z0", "z1", "z2"],
      },
      options,
    ),
};
