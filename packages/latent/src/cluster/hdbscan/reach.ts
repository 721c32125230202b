import { squaredDistance } from "../../linear/squared-distance.js";
import { nearestNeighboursTask } from "../../neighbours/nearest-neighbours.js";
import { rowsOf } from "../../rows.js";
import type { Task } from "../../task.js";
import { mostListed } from "./core-distances.js";
import { kthSquaredDistance } from "./kth-distance.js";

/** The fitted row that each query reaches first, and the density at which it does. */
export interface Reached {
  row: Int32Array;
  lambda: Float64Array;
}

/** Queries whose neighbours are listed at a time. */
const listed = 10_000;

/**
 * The fitted row nearest to each query by mutual reachability, max(core(query), core(row), |query - row|); among equals the nearest by
 * distance. The query's core distance counts the query as the first, as those of the fitted rows do.
 *
 * fitted [rows, columns], core [rows] squared core distances, queries [n, columns] -> [n]; 1 <= count <= rows
 */
export function* reachFitted(
  fitted: Float32Array,
  core: Float64Array,
  queries: Float32Array,
  columns: number,
  count: number,
): Task<Reached> {
  const total = queries.length / columns;
  const others = Math.max(1, count - 1);
  const lists = others <= mostListed;
  const reached: Reached = { row: new Int32Array(total), lambda: new Float64Array(total) };
  const nearest = new Float64Array(others);
  const batch = Math.max(1, Math.floor(1e6 / fitted.length));
  for (let start = 0; start < total; start += listed) {
    const end = Math.min(total, start + listed);
    const asked = rowsOf(queries.subarray(start * columns, end * columns), columns);
    const { index } = lists
      ? yield* nearestNeighboursTask(rowsOf(fitted, columns), {
          count: others,
          queries: asked,
          method: "exact",
        })
      : { index: new Int32Array(0) };
    for (let query = start; query < end; query++) {
      if (query % batch === 0) yield { stage: "assign", done: query, total };
      const first: Reach = { row: -1, squared: Number.POSITIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
      let last = 0;
      if (lists) {
        const from = (query - start) * others;
        last = squaredDistance(queries, query, fitted, index[from + others - 1]!, columns);
        const own = count > 1 ? last : 0;
        for (let at = from; at < from + others; at++) {
          const row = index[at]!;
          const distance = squaredDistance(queries, query, fitted, row, columns);
          nearer(first, row, Math.max(own, core[row]!, distance), distance);
        }
      } else {
        last = kthSquaredDistance(fitted, columns, queries, query, nearest);
      }
      // Rows that are not listed are as far as the last one at least: they matter where the listed ones are sparse.
      if (first.squared > last) reachAny(fitted, columns, core, queries, query, count > 1 ? last : 0, first);
      reached.row[query] = first.row;
      reached.lambda[query] = first.squared > 0 ? 1 / Math.sqrt(first.squared) : Number.POSITIVE_INFINITY;
    }
  }
  return reached;
}

/** The row that is reached first so far: squared reachability, and squared distance. */
interface Reach {
  row: number;
  squared: number;
  distance: number;
}

function nearer(first: Reach, row: number, squared: number, distance: number): void {
  if (squared > first.squared || (squared === first.squared && distance >= first.distance)) return;
  first.row = row;
  first.squared = squared;
  first.distance = distance;
}

/** Look at all fitted rows. */
function reachAny(
  fitted: Float32Array,
  columns: number,
  core: Float64Array,
  queries: Float32Array,
  query: number,
  own: number,
  first: Reach,
): void {
  const at = query * columns;
  for (let row = 0; row < core.length; row++) {
    const least = Math.max(core[row]!, own);
    if (least > first.squared) continue;
    const other = row * columns;
    let square = 0;
    for (let c = 0; c < columns && square <= first.squared; c++) {
      const difference = queries[at + c]! - fitted[other + c]!;
      square += difference * difference;
    }
    nearer(first, row, Math.max(least, square), square);
  }
}
