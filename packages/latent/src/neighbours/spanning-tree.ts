import type { Task } from "../task.js";

/** Edges of a tree over rows 0 .. n - 1: edge e joins from[e] and to[e] at squared[e], the square of their distance. */
export interface SpanningTree {
  from: Int32Array;
  to: Int32Array;
  squared: Float64Array;
}

/**
 * Minimum spanning tree of mutual reachability, max(core(a), core(b), |a - b|), by Prim's algorithm (1957) over all pairs: O(rows^2 columns)
 * time, O(rows columns) memory. Among equals the row with the smaller number comes first, reached from the row that was there first.
 *
 * data [rows, columns], core [rows] squared core distances, all 0 for the Euclidean tree -> rows - 1 edges in the order of Prim's algorithm
 */
export function* reachabilityTree(
  data: Float32Array,
  columns: number,
  core: Float64Array,
): Task<SpanningTree> {
  const rows = core.length;
  const tree: SpanningTree = {
    from: new Int32Array(rows - 1),
    to: new Int32Array(rows - 1),
    squared: new Float64Array(rows - 1),
  };
  const outside: Outside = {
    count: rows,
    columns,
    data: data.slice(),
    row: Int32Array.from({ length: rows }, (_, i) => i),
    core: core.slice(),
    reach: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    source: new Int32Array(rows),
  };
  const batch = Math.max(1, Math.floor(2e6 / data.length));
  let current = 0;
  remove(outside, 0);
  for (let edge = 0; edge < rows - 1; edge++) {
    if (edge % batch === 0) yield { stage: "spanning tree", done: edge, total: rows };
    const place = visit(outside, data, current, core[current]!);
    const next = outside.row[place]!;
    tree.from[edge] = outside.source[place]!;
    tree.to[edge] = next;
    tree.squared[edge] = outside.reach[place]!;
    remove(outside, place);
    current = next;
  }
  return tree;
}

/** The rows that are not in the tree yet, packed into places 0 .. count - 1. */
interface Outside {
  count: number;
  columns: number;
  data: Float32Array;
  row: Int32Array;
  core: Float64Array;
  /** Smallest squared reachability from the tree, and the row of the tree that it is from. */
  reach: Float64Array;
  source: Int32Array;
}

/** Note what is nearer to the tree now that row `current` is in it; the place of the nearest. */
function visit(outside: Outside, all: Float32Array, current: number, currentCore: number): number {
  const { count, columns, data, row, core, reach, source } = outside;
  const from = current * columns;
  const fours = columns & ~3;
  let nearest = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let place = 0; place < count; place++) {
    let limit = reach[place]!;
    const least = Math.max(core[place]!, currentCore);
    // Reachability is at least either core distance: in dense parts most pairs need no distance.
    if (least < limit) {
      const other = place * columns;
      let square = 0;
      let c = 0;
      for (; c < fours && square < limit; c += 4) {
        const p = all[from + c]! - data[other + c]!;
        const q = all[from + c + 1]! - data[other + c + 1]!;
        const r = all[from + c + 2]! - data[other + c + 2]!;
        const s = all[from + c + 3]! - data[other + c + 3]!;
        square += p * p + q * q + (r * r + s * s);
      }
      for (; c < columns && square < limit; c++) {
        const p = all[from + c]! - data[other + c]!;
        square += p * p;
      }
      if (square < limit) {
        limit = Math.max(square, least);
        reach[place] = limit;
        source[place] = current;
      }
    }
    if (limit < best || (limit === best && row[place]! < row[nearest]!)) {
      best = limit;
      nearest = place;
    }
  }
  return nearest;
}

function remove(outside: Outside, place: number): void {
  const { columns, data, row, core, reach, source } = outside;
  outside.count--;
  const last = outside.count;
  row[place] = row[last]!;
  core[place] = core[last]!;
  reach[place] = reach[last]!;
  source[place] = source[last]!;
  data.copyWithin(place * columns, last * columns, (last + 1) * columns);
}
