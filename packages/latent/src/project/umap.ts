import { DataError } from "../errors.js";
import { checkGraph } from "../neighbours/check-graph.js";
import { type Neighbours, nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkNumber, checkOptions, checkWord, runOptionNames } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { fitCurve } from "./umap/curve.js";
import type { Edges } from "./umap/edges.js";
import { fuzzyUnionTask, type SparseGraph } from "./umap/fuzzy-graph.js";
import { initialLayoutTask, type UmapInit } from "./umap/initial-layout.js";
import { layoutTask } from "./umap/layout.js";
import { membershipsTask } from "./umap/memberships.js";

export interface UmapOptions extends RunOptions {
  /** Of the embedding (default 2). */
  dimensions?: number;
  /** Size of a point's neighbourhood, the point itself included, as umap-learn counts (default 15). */
  neighbours?: number;
  /** Least distance of points in the embedding (default 0.1), in its units. */
  minDistance?: number;
  /** Scale of the embedding (default 1), in its units; at least minDistance. */
  spread?: number;
  /** Passes over the graph's edges (default 500 up to 10,000 points, else 200). */
  epochs?: number;
  /** At the start (default 1). */
  learningRate?: number;
  /** Random points that push, for each edge that pulls (default 5). */
  negativeSamples?: number;
  /** Where the layout starts (default "spectral"; the principal components where the graph is in several parts). */
  init?: UmapInit;
  /** Default 0. */
  seed?: number;
  /** The points' nearest neighbours where they are known already: neighbours - 1 of each, or more (default: they are searched for). */
  graph?: Neighbours;
}

/** An embedding, with what `umapTransform` needs to put new points into it. */
export interface Umap {
  /** [rows, dimensions] */
  embedding: Rows;
  /** The points it was made of [rows, columns]. */
  points: Rows;
  /** What it was made with, defaults filled in. */
  options: Required<Omit<UmapOptions, "graph" | keyof RunOptions>>;
  /** Similarity of points d apart in the embedding: 1 / (1 + a d^(2b)). */
  a: number;
  /** See a. */
  b: number;
}

const inits: readonly UmapInit[] = ["spectral", "pca", "random"];
const known = [
  "dimensions",
  "neighbours",
  "minDistance",
  "spread",
  "epochs",
  "learningRate",
  "negativeSamples",
  "init",
  "seed",
  "graph",
  ...runOptionNames,
];

/**
 * UMAP (McInnes, Healy & Melville 2018): points [rows, columns] -> an embedding [rows, dimensions] that keeps neighbours together.
 * Distances between clusters, and the sizes of clusters, mean little in it. The same seed gives the same embedding.
 * @throws DataError when there are fewer points than `neighbours`, NaN, or a graph of other points; ShapeError for what is no graph
 */
export async function umap(points: Rows, options: UmapOptions = {}): Promise<Umap> {
  return runTask(umapTask(points, options), options);
}

/** What `umap` runs. */
export function* umapTask(points: Rows, options: UmapOptions = {}): Task<Umap> {
  checkOptions("umap", options, known);
  const { rows } = checkRows("umap", points);
  const { graph, ...given } = options;
  const resolved = resolve(given, rows);
  const { dimensions, neighbours, init, seed } = resolved;
  const count = neighbours - 1;
  if (rows <= count) {
    throw new DataError(
      `umap: neighbourhoods of ${neighbours} points were asked for, but there ${rows === 1 ? "is 1 point" : `are ${rows} points`}. ` +
        "Lower `neighbours`, or give more points.",
    );
  }
  if (graph !== undefined) {
    checkGraph("umap", graph, rows, { least: count, instead: (have) => `neighbours: ${have + 1}` });
  }
  const near = graph ?? (yield* nearestNeighboursTask(points, { count, seed }));
  const { a, b } = fitCurve(resolved.minDistance, resolved.spread);
  const weight = yield* membershipsTask(
    { distance: near.distance, rows, stride: near.shape[1], count },
    "self",
  );
  const union = yield* fuzzyUnionTask(near.index, near.shape[1], weight, rows, count);
  const layout = yield* initialLayoutTask(points, union, dimensions, init, seed);
  yield* layoutTask(edgesOf(union), layout, layout, dimensions, { a, b, ...resolved });
  return { embedding: rowsOf(layout, dimensions), points, options: resolved, a, b };
}

function resolve(options: Omit<UmapOptions, "graph">, rows: number): Umap["options"] {
  const {
    dimensions = 2,
    neighbours = 15,
    minDistance = 0.1,
    spread = 1,
    epochs = rows <= 10_000 ? 500 : 200,
    learningRate = 1,
    negativeSamples = 5,
    init = "spectral",
    seed = 0,
  } = options;
  checkInteger("umap", "dimensions", dimensions, 1, 1000);
  checkInteger("umap", "neighbours", neighbours, 2);
  checkNumber("umap", "spread", spread, 1e-3, 1e3);
  checkNumber("umap", "minDistance", minDistance, 0, spread);
  checkInteger("umap", "epochs", epochs, 1);
  checkNumber("umap", "learningRate", learningRate, 0);
  checkInteger("umap", "negativeSamples", negativeSamples, 0);
  checkWord("umap", "init", init, inits);
  checkInteger("umap", "seed", seed, 0);
  return {
    dimensions,
    neighbours,
    minDistance,
    spread,
    epochs,
    learningRate,
    negativeSamples,
    init,
    seed,
  };
}

function edgesOf({ rows, start, column, weight }: SparseGraph): Edges {
  const head = new Int32Array(column.length);
  for (let row = 0; row < rows; row++) head.fill(row, start[row]!, start[row + 1]!);
  return { head, tail: column, weight };
}
