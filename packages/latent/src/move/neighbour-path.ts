import { checkGraph } from "../neighbours/check-graph.js";
import type { Neighbours } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { takeRows } from "../sample-rows.js";
import type { RunOptions } from "../task.js";
import { chooseNodes, connect, distanceBetween } from "./nodes.js";
import { endOf } from "./path-end.js";
import { shortestPath } from "./shortest-path.js";

export interface NeighbourPathOptions extends RunOptions {
  /** Where the path begins: a row of points, or a code [latent]. */
  from: number | Float32Array;
  /** Where it ends. */
  to: number | Float32Array;
  /** Edges of each point, at least. Default 10; as many as there are where there are fewer. */
  neighbours?: number;
  /** What `nearestNeighbours` gave for these points, in place of searching. */
  graph?: Neighbours;
}

export interface NeighbourPath {
  /** The path's corners, both ends included [corners, latent]. */
  z: Rows;
  /** The rows of the points that are among them, in order. */
  nodes: Int32Array;
  /** Euclidean, in units of z. */
  length: number;
}

/**
 * A path from one code to another that stays where the codes are, without decoding: from neighbour to neighbour, with the least sum
 * of squared Euclidean distances (Dijkstra 1959), so that many short steps win over few long ones and sparse regions are gone
 * around. `geodesic` measures its paths by what the decoder makes of them instead. A graph in parts is joined by the shortest edges between them.
 *
 * points [n, latent] -> z [corners, latent]
 * @throws UsageError for a row that there is not; DataError for a graph of other points; ShapeError for what is no graph; the signal's reason
 */
export async function neighbourPath(points: Rows, options: NeighbourPathOptions): Promise<NeighbourPath> {
  const call = "neighbourPath";
  const given = options ?? ({} as NeighbourPathOptions);
  checkOptions(call, given, ["from", "to", "neighbours", "graph", ...runOptionNames]);
  const { neighbours = 10, graph, signal, onProgress } = given;
  const { data, rows, columns: latent } = checkRows(call, points);
  checkInteger(call, "neighbours", neighbours, 1);
  if (graph !== undefined) checkGraph(call, graph, rows);
  const from = endOf(call, "from", given.from, data, rows, latent);
  const to = endOf(call, "to", given.to, data, rows, latent);
  const node = { neighbours, most: rows, seed: 0, graph, signal, onProgress };
  const nodes = chooseNodes({ data, rows, latent }, from, to, node);
  if (nodes.from === nodes.to) {
    return { z: rowsOf(from.code, latent), nodes: Int32Array.of(from.row), length: 0 };
  }
  const edges = await connect({ data, rows, latent }, nodes, node);
  const { ends, count } = edges;
  const weights = Float64Array.from(
    { length: count },
    (_, e) => distanceBetween(nodes.z, ends[2 * e]!, ends[2 * e + 1]!, latent) ** 2,
  );
  const path = shortestPath(edges, weights, nodes.rows.length, nodes.from, nodes.to).nodes;
  const z = takeRows(rowsOf(nodes.z, latent), path);
  let length = 0;
  for (let i = 1; i < path.length; i++) length += distanceBetween(z.data, i - 1, i, latent);
  return { z, nodes: Int32Array.from(path, (at) => nodes.rows[at]!).filter((row) => row >= 0), length };
}
