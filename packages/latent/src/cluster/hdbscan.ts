import { reachabilityTree } from "../neighbours/spanning-tree.js";
import { checkInteger, checkNumber, checkOptions, checkWord, runOptionNames } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { someRows, takeRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { clusterTree } from "./hdbscan/clusters.js";
import { type CondensedTree, condense } from "./hdbscan/condense.js";
import { squaredCoreDistances } from "./hdbscan/core-distances.js";
import { labelling, labelRow, leaving } from "./hdbscan/label.js";
import { clusterPersistence } from "./hdbscan/persistence.js";
import { reachFitted } from "./hdbscan/reach.js";
import { type Selection, selectClusters, selections } from "./hdbscan/select.js";
import { singleLinkage } from "./hdbscan/single-linkage.js";

export interface HdbscanOptions extends RunOptions {
  /** Fewest rows that make a cluster, at least 2 (default 5). */
  minClusterSize?: number;
  /** A row's density is that of the distance to so many rows, itself included; larger calls more rows noise (default minClusterSize). */
  minSamples?: number;
  /** "eom": excess of mass, clusters of varying density; "leaf": the smallest clusters, of like size (default "eom"). */
  selection?: "eom" | "leaf";
  /** Clusters nearer to each other than this distance are one (default 0: no such limit). */
  epsilon?: number;
  /** Let all rows be one cluster when nothing splits them better (default false: they are noise then). */
  allowSingleCluster?: boolean;
  /** Fit up to so many rows; of more, a random sample (default 20,000). */
  exactLimit?: number;
  /** Of the sample (default 0). */
  seed?: number;
}

export interface Hdbscan {
  /** Cluster of each row, 0 .. clusters - 1, or -1 for noise. */
  labels: Int32Array;
  /** How firmly each row is in its cluster, 0 (noise) to 1. */
  probabilities: Float32Array;
  /** GLOSH per row, 0 (as dense as its surroundings get) to 1. */
  outlierScores: Float32Array;
  /** Clusters found; `labels` are below it. */
  clusters: number;
  /** Per cluster, 0 to 1: the share of the range of densities over which it lasts. */
  persistence: number[];
  /** Over the fitted rows: nodes below `rows` are places in `fitted`, `rows` is the root. */
  condensedTree: CondensedTree;
  /** The condensed tree's node of each cluster. */
  selected: number[];
  /** False when a sample was fitted, and the other rows joined to it. */
  exact: boolean;
  /** Rows that were fitted. */
  rows: number;
  /** Which rows those were, ascending. */
  fitted: Int32Array;
  /** What was used to fit them: smaller for a sample. */
  minClusterSize: number;
  minSamples: number;
}

/** A sample scales sizes down by its share of the rows, but no smaller than this: smaller groups are chance. */
const leastScaled = 5;

/**
 * Hierarchical density-based clustering (HDBSCAN*: Campello et al. 2013; McInnes & Healy 2017) with Euclidean distances: clusters of any
 * shape and of different density, in a number that nobody gives, and noise.
 *
 * Mutual reachability of two rows is max(core(a), core(b), |a - b|), core the distance to the minSamples-th nearest row (itself the
 * first); lambda = 1 / reachability is the density. Exact up to exactLimit rows, in O(rows^2 columns) time and O(rows columns) memory.
 * Of more rows a random sample of exactLimit is fitted, with minClusterSize and minSamples times its share of the rows, but at least 5;
 * every other row joins the sample's hierarchy at the fitted row that it reaches first, at the density at which it does: it is noise
 * where the cluster of that row is denser throughout.
 *
 * points [rows, columns] -> labels, probabilities, outlierScores [rows]
 * @throws ShapeError, DataError for bad rows or fewer than minClusterSize or minSamples; UsageError for bad options
 */
export async function hdbscan(points: Rows, options: HdbscanOptions = {}): Promise<Hdbscan> {
  return runTask(hdbscanTask(points, options), options);
}

export function* hdbscanTask(points: Rows, options: HdbscanOptions = {}): Task<Hdbscan> {
  const { minClusterSize, minSamples, exactLimit, seed, selection } = checked(options);
  const needed = Math.max(minClusterSize, minSamples);
  const { data, rows, columns } = checkRows("hdbscan", points, {
    rows: needed,
    because: minClusterSize < needed ? `minSamples ${minSamples}` : `minClusterSize ${minClusterSize}`,
  });

  const exact = rows <= exactLimit;
  const fitted = Int32Array.from(someRows(rows, exactLimit, seed));
  const scaled = (size: number) =>
    Math.max(Math.min(size, leastScaled), Math.round((size * fitted.length) / rows));
  const size = scaled(minClusterSize);
  const samples = scaled(minSamples);
  const sample = exact ? data : takeRows(points, fitted).data;

  const core = yield* squaredCoreDistances(sample, columns, samples);
  const linkage = singleLinkage(yield* reachabilityTree(sample, columns, core));
  const condensedTree = condense(linkage, size);
  const tree = clusterTree(condensedTree, fitted.length);
  const chosen = selectClusters(tree, selection);

  const rule = labelling(tree, chosen, selection.epsilon);
  const labels = new Int32Array(rows);
  const probabilities = new Float32Array(rows);
  const outlierScores = new Float32Array(rows);
  const left = leaving(condensedTree, fitted.length);
  for (let i = 0; i < fitted.length; i++) {
    labelRow(rule, left.cluster[i]!, left.lambda[i]!, fitted[i]!, labels, probabilities, outlierScores);
  }
  const persistence = clusterPersistence(
    tree,
    chosen,
    condensedTree.lambda,
    exact ? labels : fitted.map((row) => labels[row]!),
  );

  if (!exact) {
    const others = complement(fitted, rows);
    const reached = yield* reachFitted(sample, core, takeRows(points, others).data, columns, samples);
    for (let i = 0; i < others.length; i++) {
      const neighbour = reached.row[i]!;
      const lambda = Math.min(reached.lambda[i]!, left.lambda[neighbour]!);
      let cluster = left.cluster[neighbour]!;
      while (cluster > 0 && tree.birth[cluster]! > lambda) cluster = tree.parent[cluster]!;
      labelRow(rule, cluster, lambda, others[i]!, labels, probabilities, outlierScores);
    }
  }
  return {
    labels,
    probabilities,
    outlierScores,
    clusters: chosen.length,
    persistence,
    condensedTree,
    selected: chosen.map((cluster) => fitted.length + cluster),
    exact,
    rows: fitted.length,
    fitted,
    minClusterSize: size,
    minSamples: samples,
  };
}

function checked(options: HdbscanOptions) {
  checkOptions("hdbscan", options, [
    "minClusterSize",
    "minSamples",
    "selection",
    "epsilon",
    "allowSingleCluster",
    "exactLimit",
    "seed",
    ...runOptionNames,
  ]);
  const {
    minClusterSize = 5,
    minSamples = minClusterSize,
    selection = "eom",
    epsilon = 0,
    allowSingleCluster = false,
    exactLimit = 20_000,
    seed = 0,
  } = options;
  checkInteger("hdbscan", "minClusterSize", minClusterSize, 2);
  checkInteger("hdbscan", "minSamples", minSamples, 1);
  checkWord("hdbscan", "selection", selection, Object.keys(selections) as Selection["selection"][]);
  checkNumber("hdbscan", "epsilon", epsilon, 0);
  checkInteger("hdbscan", "exactLimit", exactLimit, 10);
  checkInteger("hdbscan", "seed", seed, 0);
  return {
    minClusterSize,
    minSamples,
    exactLimit,
    seed,
    selection: { selection, epsilon, allowSingleCluster },
  };
}

function complement(taken: Int32Array, rows: number): Int32Array {
  const free = new Uint8Array(rows).fill(1);
  for (let i = 0; i < taken.length; i++) free[taken[i]!] = 0;
  return Int32Array.from({ length: rows }, (_, i) => i).filter((row) => free[row] === 1);
}
