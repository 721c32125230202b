import { type Neighbours, nearestNeighbours } from "../neighbours/nearest-neighbours.js";
import { reachabilityTree } from "../neighbours/spanning-tree.js";
import { rowsOf } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { type RunOptions, runTask } from "../task.js";
import { areConnected, type Edges, uniqueEdges } from "./graph.js";
import type { End } from "./path-end.js";

export interface NodeOptions extends RunOptions {
  neighbours: number;
  /** Most nodes, the ends aside. */
  most: number;
  /** Of their choice. */
  seed: number;
  graph?: Neighbours;
}

export interface Points {
  data: Float32Array;
  rows: number;
  latent: number;
}

export interface Nodes {
  z: Float32Array;
  /** The row that each node is, -1 for an end that is none. */
  rows: Int32Array;
  from: number;
  to: number;
}

/** Rows of the points, and the ends where they are none of them. */
export function chooseNodes(
  { data, rows, latent }: Points,
  from: End,
  to: End,
  { most, seed, graph }: NodeOptions,
): Nodes {
  const chosen = new Set<number>(someRows(rows, graph ? rows : most, seed));
  for (const { row } of [from, to]) if (row >= 0) chosen.add(row);
  const free = [from, to].filter(({ row }) => row < 0);
  const all = Int32Array.from([...chosen, ...free.map(() => -1)]);
  const z = new Float32Array(all.length * latent);
  all.forEach((row, i) => {
    const code = row < 0 ? free[i - chosen.size]!.code : data.subarray(row * latent, (row + 1) * latent);
    z.set(code, i * latent);
  });
  const first = from.row < 0 ? chosen.size : all.indexOf(from.row);
  return { z, rows: all, from: first, to: to.row < 0 ? all.length - 1 : all.indexOf(to.row) };
}

/** Edges between neighbouring nodes, and the shortest ones that join their parts where one end cannot be reached from the other. */
export async function connect(points: Points, nodes: Nodes, options: NodeOptions): Promise<Edges> {
  const { latent } = points;
  const { graph, signal, onProgress } = options;
  const count = nodes.rows.length;
  const run = { signal, onProgress };
  const pairs: number[] = [];
  const add = ({ index, shape }: Neighbours, first: number): void => {
    const each = shape[1]!;
    for (let i = 0; i < index.length; i++) pairs.push(first + Math.floor(i / each), index[i]!);
  };
  if (graph) {
    add(graph, 0);
    const free = nodes.z.slice(points.rows * latent);
    if (free.length > 0) {
      const given = rowsOf(points.data, latent);
      const near = Math.min(graph.shape[1]!, points.rows);
      const found = await nearestNeighbours(given, { ...run, count: near, queries: rowsOf(free, latent) });
      add(found, points.rows);
      // Two ends that are nearer to one another than to their last neighbour are neighbours too.
      if (free.length === 2 * latent) {
        const furthest = Math.max(found.distance[near - 1]!, found.distance[2 * near - 1]!);
        if (distanceBetween(free, 0, 1, latent) <= furthest) pairs.push(points.rows, points.rows + 1);
      }
    }
  } else {
    const near = Math.min(options.neighbours, count - 1);
    add(await nearestNeighbours(rowsOf(nodes.z, latent), { ...run, count: near }), 0);
  }
  const edges = uniqueEdges(pairs, count);
  if (areConnected(edges, count, nodes.from, nodes.to)) return edges;
  const none = new Float64Array(count);
  const tree = await runTask(reachabilityTree(nodes.z, latent, none), run);
  const bridges = Array.from(tree.from, (from, i) => [from, tree.to[i]!]).flat();
  return uniqueEdges([...pairs, ...bridges], count);
}

/** Euclidean, between two rows of z [rows, latent]. */
export function distanceBetween(z: Float32Array, a: number, b: number, latent: number): number {
  let sum = 0;
  for (let j = 0; j < latent; j++) sum += (z[a * latent + j]! - z[b * latent + j]!) ** 2;
  return Math.sqrt(sum);
}
