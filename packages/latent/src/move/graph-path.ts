import { columnMoments } from "../linear/column-moments.js";
import { type Neighbours, nearestNeighbours } from "../neighbours/nearest-neighbours.js";
import { reachabilityTree } from "../neighbours/spanning-tree.js";
import { rowsOf } from "../rows.js";
import { someRows, takeRows } from "../sample-rows.js";
import { type RunOptions, runTask } from "../task.js";
import { chord, type Decoder, type Outputs } from "./decode.js";
import { areConnected, type Edges, uniqueEdges } from "./graph.js";
import { shortestPath } from "./shortest-path.js";

/** An end of a path: its code, and its row of the points or -1. */
export interface End {
  row: number;
  code: Float32Array;
}

export interface GraphPathOptions extends RunOptions {
  neighbours: number;
  /** Most nodes, the ends aside. */
  most: number;
  /** Of their choice. */
  seed: number;
  /** Parts in which an edge is measured. */
  parts: number;
  graph?: Neighbours;
  batch: number;
}

interface Points {
  data: Float32Array;
  rows: number;
  latent: number;
}

interface Nodes {
  z: Float32Array;
  /** The row that each node is, -1 for an end that is none. */
  rows: Int32Array;
  from: number;
  to: number;
}

/** The shortest path along the edges between neighbouring points: its corners, and a width for differences that suits the points. */
export async function graphPath(
  decoder: Decoder,
  points: Points,
  from: End,
  to: End,
  options: GraphPathOptions,
): Promise<{ z: Float32Array; rows: Int32Array; epsilon: number }> {
  const { latent } = points;
  const nodes = chooseNodes(points, from, to, options);
  const edges = await connect(points, nodes, options);
  const outputs = await decodeNodes(decoder, nodes.z, latent, options);
  const weights = await measureEdges(decoder, nodes.z, outputs, edges, latent, options);
  const path = shortestPath(edges, weights, nodes.rows.length, nodes.from, nodes.to).nodes;
  const z = takeRows(rowsOf(nodes.z, latent), path).data;
  const rows = Int32Array.from(path, (node) => nodes.rows[node]!).filter((row) => row >= 0);
  const coarse = outputs instanceof Float32Array ? 0.002 : 0.1;
  return { z, rows, epsilon: coarse * spread(nodes.z, latent) };
}

function chooseNodes(
  { data, rows, latent }: Points,
  from: End,
  to: End,
  { most, seed, graph }: GraphPathOptions,
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

async function connect(points: Points, nodes: Nodes, options: GraphPathOptions): Promise<Edges> {
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
      add(
        await nearestNeighbours(given, { ...run, count: near, queries: rowsOf(free, latent) }),
        points.rows,
      );
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

async function decodeNodes(
  decoder: Decoder,
  z: Float32Array,
  latent: number,
  { batch, onProgress }: GraphPathOptions,
): Promise<Outputs> {
  const count = z.length / latent;
  let outputs: Outputs | null = null;
  for (let start = 0; start < count; start += batch) {
    const end = Math.min(count, start + batch);
    const decoded = await decoder.decode(z.slice(start * latent, end * latent));
    const { width } = decoder;
    outputs ??=
      decoded instanceof Float32Array ? new Float32Array(count * width) : new Uint8Array(count * width);
    outputs.set(decoded, start * width);
    onProgress?.({ stage: "decode", done: end, total: count });
  }
  return outputs!;
}

/** Length in output space of each edge: the sum of the chords over its parts. The nodes themselves are not decoded again. */
async function measureEdges(
  decoder: Decoder,
  z: Float32Array,
  outputs: Outputs,
  { ends, count }: Edges,
  latent: number,
  { parts, batch, onProgress }: GraphPathOptions,
): Promise<Float64Array> {
  const { width } = decoder;
  const weights = new Float64Array(count);
  const inner = parts - 1;
  const perCall = inner === 0 ? count : Math.max(1, Math.floor(batch / inner));
  for (let start = 0; start < count; start += perCall) {
    const end = Math.min(count, start + perCall);
    const between = new Float32Array((end - start) * inner * latent);
    for (let row = 0; row < (end - start) * inner; row++) {
      const edge = start + Math.floor(row / inner);
      const t = ((row % inner) + 1) / parts;
      const [a, b] = [ends[2 * edge]!, ends[2 * edge + 1]!];
      for (let j = 0; j < latent; j++) {
        between[row * latent + j] = (1 - t) * z[a * latent + j]! + t * z[b * latent + j]!;
      }
    }
    const decoded = inner === 0 ? outputs : await decoder.decode(between);
    for (let edge = start; edge < end; edge++) {
      const [a, b] = [ends[2 * edge]!, ends[2 * edge + 1]!];
      const first = (edge - start) * inner;
      let sum = 0;
      for (let i = 1; i < inner; i++) sum += chord(decoded, first + i - 1, decoded, first + i, width);
      weights[edge] =
        inner === 0
          ? chord(outputs, a, outputs, b, width)
          : sum +
            chord(outputs, a, decoded, first, width) +
            chord(decoded, first + inner - 1, outputs, b, width);
    }
    onProgress?.({ stage: "measure", done: end, total: count });
  }
  return weights;
}

/** Root mean square over the columns of their standard deviations; 1 where all points are one. */
function spread(z: Float32Array, latent: number): number {
  const { variance } = columnMoments(z, latent);
  return Math.sqrt(variance.reduce((sum, value) => sum + value, 0) / latent) || 1;
}
