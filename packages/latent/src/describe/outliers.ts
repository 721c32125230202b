import { checkGraph } from "../neighbours/check-graph.js";
import { type Neighbours, nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";

export interface OutliersOptions extends RunOptions {
  /** Neighbours that a row is compared with (default 20); of `graph`, its first so many. */
  neighbours?: number;
  /** How many of the most outlying rows to name (default 20; all rows when there are fewer). */
  count?: number;
  /** Neighbours of the points found before, at least so many; they are searched for otherwise. */
  graph?: Neighbours;
  /** Of the approximate search (default 0). */
  seed?: number;
}

export interface Outliers {
  /** Mean distance to the neighbours, per row. */
  distance: Float32Array;
  /** Local outlier factor, per row: about 1 within a cluster, of whatever density; 2 is twice as sparse as where its neighbours are. */
  lof: Float32Array;
  /** Rows of the largest local outlier factor, that first. */
  order: Int32Array;
}

/** Keeps the density of rows that have only copies of themselves for neighbours finite, as scikit-learn does. */
const epsilon = 1e-10;

/**
 * Rows that lie apart from the others: the mean distance to their nearest neighbours, and the local outlier factor (Breunig et al. 2000)
 * LOF = mean over the neighbours of lrd(neighbour) / lrd(row), lrd = 1 / mean of max(distance, the neighbour's distance to its own last neighbour).
 * A row beside many equal ones may have a factor of millions: they are infinitely dense.
 *
 * points [rows, columns], rows above neighbours
 * @throws ShapeError, DataError for bad rows or a graph of other ones; UsageError for bad options, or a graph of too few neighbours
 */
export async function outliers(points: Rows, options: OutliersOptions = {}): Promise<Outliers> {
  return runTask(outliersTask(points, options), options);
}

export function* outliersTask(points: Rows, options: OutliersOptions = {}): Task<Outliers> {
  checkOptions("outliers", options, ["neighbours", "count", "graph", "seed", ...runOptionNames]);
  const { neighbours = 20, count = 20, seed = 0 } = options;
  checkInteger("outliers", "neighbours", neighbours, 1);
  checkInteger("outliers", "count", count, 0);
  const { rows } = checkRows("outliers", points, {
    rows: neighbours + 1,
    because: `${neighbours} neighbours of each`,
  });
  if (options.graph !== undefined) {
    const instead = (have: number) => `neighbours: ${have}`;
    checkGraph("outliers", options.graph, rows, { least: neighbours, instead });
  }
  const graph = options.graph ?? (yield* nearestNeighboursTask(points, { count: neighbours, seed }));
  const [, stride] = graph.shape;

  const distance = new Float32Array(rows);
  const density = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (i % 10_000 === 0) yield { stage: "outliers", done: i, total: rows };
    let sum = 0;
    let reach = 0;
    for (let k = i * stride; k < i * stride + neighbours; k++) {
      const far = graph.distance[graph.index[k]! * stride + neighbours - 1]!;
      sum += graph.distance[k]!;
      reach += Math.max(graph.distance[k]!, far);
    }
    distance[i] = sum / neighbours;
    density[i] = 1 / (reach / neighbours + epsilon);
  }
  const lof = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = i * stride; k < i * stride + neighbours; k++) sum += density[graph.index[k]!]!;
    lof[i] = sum / neighbours / density[i]!;
  }
  const order = Int32Array.from(lof, (_, i) => i).sort((a, b) => lof[b]! - lof[a]! || a - b);
  return { distance, lof, order: order.slice(0, count) };
}
