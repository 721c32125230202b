import { DataError } from "../errors.js";
import { checkInteger, checkOptions, checkWord, runOptionNames } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { type KdTree, kdTreeTask, reordered } from "./kd-tree.js";
import { type NeighbourLists, nnDescentTask, withRandomLinksTask } from "./nn-descent.js";
import { type Nearest, newSearch, searchTree } from "./tree-search.js";

export interface NeighbourOptions extends RunOptions {
  /** Neighbours of each row (default 15). */
  count?: number;
  /** Rows whose neighbours among the points are wanted (default: the points' own). */
  queries?: Rows;
  /** "auto" (default) is exact up to 50,000 points and approximate above. */
  method?: "auto" | "exact" | "approximate";
  /** Of the approximate method (default 0). */
  seed?: number;
}

/** The nearest points of each row, nearest first. */
export interface Neighbours {
  /** Rows of the points [rows, count], row-major. */
  index: Int32Array;
  /** Euclidean, in the points' units [rows, count]. */
  distance: Float32Array;
  /** Of both. */
  shape: [rows: number, count: number];
  /** How they were searched for. */
  method: "exact" | "approximate";
}

const exactLimit = 50_000;
const known = ["count", "queries", "method", "seed", ...runOptionNames];

/** How the approximate method searches the tree: squared, as in `searchTree`. The first is a start for NN-descent. */
const approximate = {
  start: { slack: 6, budget: 400 },
  queries: { slack: 2.25, budget: 20_000 },
};

/**
 * The `count` nearest points of each row, by Euclidean distance: points [rows, columns], queries [queries, columns] ->
 * index, distance [rows or queries, count]. Without `queries` a point is not its own neighbour, though its duplicates are.
 *
 * "exact" searches a k-d tree. "approximate" searches it coarsely and betters what it finds by NN-descent (Dong, Moses & Li 2011); for
 * queries it searches boxes that are nearer than 2/3 of the last neighbour's distance. Memory is rows x (columns + count).
 * @throws DataError when there are fewer points than neighbours, or NaN; ShapeError when queries have other columns
 */
export async function nearestNeighbours(points: Rows, options: NeighbourOptions = {}): Promise<Neighbours> {
  return runTask(nearestNeighboursTask(points, options), options);
}

/** What `nearestNeighbours` runs. */
export function* nearestNeighboursTask(points: Rows, options: NeighbourOptions = {}): Task<Neighbours> {
  const call = "nearestNeighbours";
  checkOptions(call, options, known);
  const { count = 15, queries, method: asked = "auto", seed = 0 } = options;
  checkInteger(call, "count", count, 1);
  checkInteger(call, "seed", seed, 0);
  checkWord(call, "method", asked, ["auto", "exact", "approximate"]);
  const { data, rows, columns } = checkRows(call, points);
  const others = queries === undefined ? rows - 1 : rows;
  if (others < count) throw tooFew(call, count, rows, others);
  const method = asked === "auto" ? (rows > exactLimit ? "approximate" : "exact") : asked;
  if (queries === undefined) return yield* amongThemselves(data, rows, columns, count, method, seed);
  const asking = checkRows(`${call}: queries`, queries, { columns, rows: 0 });
  return yield* ofQueries(data, rows, columns, asking, count, method);
}

function* amongThemselves(
  data: Float32Array,
  rows: number,
  columns: number,
  count: number,
  method: Neighbours["method"],
  seed: number,
): Task<Neighbours> {
  const tree = yield* kdTreeTask(data, rows, columns);
  const descend = method === "approximate" && rows > Math.max(approximate.start.budget, 4 * count);
  const { slack, budget } = descend ? approximate.start : { slack: 1, budget: rows };
  // Lists must come out full: a budget below the count would leave some open.
  const lists = yield* search(tree, tree.points, rows, count, slack, Math.max(budget, 4 * count), true);
  if (!descend) return yield* inCallersOrderTask(tree, lists, rows, count, method, tree.order);
  const better = yield* withRandomLinksTask(tree.points, rows, columns, lists, Math.ceil(count / 2), seed);
  yield* nnDescentTask(tree.points, rows, columns, better, seed);
  return yield* inCallersOrderTask(tree, better, rows, count, method, tree.order);
}

function* ofQueries(
  data: Float32Array,
  rows: number,
  columns: number,
  queries: { data: Float32Array; rows: number },
  count: number,
  method: Neighbours["method"],
): Task<Neighbours> {
  const tree = yield* kdTreeTask(data, rows, columns);
  const wanted = reordered(queries.data, queries.rows, columns, undefined, tree.columnOrder);
  const { slack, budget } = method === "approximate" ? approximate.queries : { slack: 1, budget: rows };
  const lists = yield* search(tree, wanted, queries.rows, count, slack, Math.max(budget, 4 * count), false);
  return yield* inCallersOrderTask(tree, lists, queries.rows, count, method, undefined);
}

/** Search a tree for each query; `own`: the queries are the tree's points, in its order. */
function* search(
  tree: KdTree,
  queries: Float32Array,
  rows: number,
  count: number,
  slack: number,
  budget: number,
  own: boolean,
): Task<NeighbourLists> {
  const index = new Int32Array(rows * count);
  const squared = new Float64Array(rows * count);
  const nearest: Nearest = { index: new Int32Array(count), squared: new Float64Array(count) };
  const scratch = newSearch();
  const pause = Math.max(1, Math.min(64, Math.floor(4e6 / (Math.min(budget, tree.rows) * tree.columns))));
  for (let row = 0; row < rows; row++) {
    if (row % pause === 0) yield { stage: "neighbours", done: row, total: slack === 1 ? rows : 2 * rows };
    searchTree(tree, queries, row * tree.columns, own ? row : -1, slack, budget, nearest, scratch);
    index.set(nearest.index, row * count);
    squared.set(nearest.squared, row * count);
  }
  return { count, index, squared };
}

/** Lists in the tree's order -> in the caller's; among equal distances the lower row is first. */
function* inCallersOrderTask(
  tree: KdTree,
  { count: held, index, squared }: NeighbourLists,
  rows: number,
  count: number,
  method: Neighbours["method"],
  order: Int32Array | undefined,
): Task<Neighbours> {
  const result: Neighbours = {
    index: new Int32Array(rows * count),
    distance: new Float32Array(rows * count),
    shape: [rows, count],
    method,
  };
  for (let row = 0; row < rows; row++) {
    if (row % 4096 === 0) yield { stage: "neighbours", done: 2 * rows, total: 2 * rows };
    const start = (order ? order[row]! : row) * count;
    for (let j = 0; j < count; j++) {
      const near = squared[row * held + j]!;
      const point = tree.order[index[row * held + j]!]!;
      let place = start + j;
      for (let before = row * held + j - 1; place > start && squared[before] === near; before--, place--) {
        if (result.index[place - 1]! < point) break;
        result.index[place] = result.index[place - 1]!;
      }
      result.index[place] = point;
      result.distance[start + j] = Math.sqrt(near);
    }
  }
  return result;
}

function tooFew(call: string, count: number, rows: number, others: number): DataError {
  const points = rows === 1 ? "is 1 point" : `are ${rows} points`;
  const have = others === rows ? points : `${points}, so ${others} others of each`;
  return new DataError(
    `${call}: ${count} neighbours were asked for, but there ${have}. Lower \`count\`, or give more points.`,
  );
}
