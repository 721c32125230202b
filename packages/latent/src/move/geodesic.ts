import { checkGraph } from "../neighbours/check-graph.js";
import type { Neighbours } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import type { RunOptions } from "../task.js";
import { type Curve, measure, resample, subdivide } from "./curve.js";
import { checkedDecoder, type Decode } from "./decode.js";
import { graphPath } from "./graph-path.js";
import { interpolate } from "./interpolate.js";
import { endOf } from "./path-end.js";
import { checkDecode } from "./pullback-metric.js";
import { shorten } from "./shorten.js";

export interface GeodesicOptions extends RunOptions {
  /** Where the path begins: a row of points, or a code [latent]. */
  from: number | Float32Array;
  /** Where it ends. */
  to: number | Float32Array;
  /** [rows, latent] -> [rows, ...]; rows that do not depend on one another. What it throws, the call throws. */
  decode: Decode;
  /** Edges of each node of the graph, at least. Default 10; as many as there are where there are fewer. */
  neighbours?: number;
  /** Points of the answer, both ends included. Default 9. */
  steps?: number;
  /** Most steps by which paths are shortened afterwards; with 0 the shorter of the graph's and the straight one is the answer. Default 10. */
  refine?: number;
  /** Most points that are nodes; of more, so many drawn at random. Default 2,000: some 15,000 rows are decoded, and the nodes' outputs held. */
  rows?: number;
  /** Of that draw. Default 0. */
  seed?: number;
  /** Parts in which the length of an edge is measured. Default 2. */
  parts?: number;
  /** The neighbours of all points, found before; `rows` and `neighbours` do not count then. */
  graph?: Neighbours;
  /** Most rows of a decode. Default 1,024. */
  batchSize?: number;
}

export interface Geodesic {
  /** [steps, latent], at equal distances in output space. */
  z: Rows;
  /** Rows of points on the graph's shortest path, ends that are rows included. */
  nodes: Int32Array;
  /** Of the path in output space: the sum of chords, Euclidean in the output's units. At most straightLength. */
  length: number;
  /** Of the straight line between the ends. */
  straightLength: number;
  /** The graph's path before it was shortened, [steps, latent]: longer, and near data all the way. */
  graphZ: Rows;
  /** Of the graph's path. */
  graphLength: number;
}

/** Lines that move when the path is shortened, as many as steps within these; and parts in which each is measured. */
const [leastLines, mostLines] = [16, 64];
const partsOfLine = 8;
/** Shortening steps from both starts, of which the better one has the rest. */
const trials = 3;

/**
 * The shortest path between two codes by what happens in output space: the length of a path is that of its decoded curve, as the
 * pull-back metric J^T J measures it (Arvanitidis et al. 2018; Chen et al. 2018). Shortest on a graph of neighbouring codes
 * first (Dijkstra; edges weighted by their decoded length), then shortened by Gauss-Newton steps from there and from the
 * straight line; the shortest of all is the answer. With many dimensions the graph's path is often longer than the straight line,
 * since points that are far apart make corners; graphZ is that path by itself. What is shortest may leave the data, through pale
 * pictures that differ little from all others. A graph in parts is joined by the shortest edges between them.
 *
 * Each shortening step decodes about 16 * latent + 150 rows; memory is for the nodes' outputs.
 *
 * points [n, latent] -> z [steps, latent]
 * @throws UsageError for a row that there is not; DataError for a graph of other points; ShapeError for what is no graph, and when decode gives another number of rows than it got; the signal's reason
 */
export async function geodesic(points: Rows, options: GeodesicOptions): Promise<Geodesic> {
  const call = "geodesic";
  const given = options ?? ({} as GeodesicOptions);
  checkOptions(call, given, [...ownNames, ...runOptionNames]);
  const { steps = 9, refine = 10, batchSize = 1024, decode, graph, signal, onProgress } = given;
  const { neighbours = 10, rows: most = 2000, parts = 2, seed = 0 } = given;
  const { data, rows, columns: latent } = checkRows(call, points);
  checkDecode(call, decode);
  checkInteger(call, "steps", steps, 2, 2 ** 16);
  checkInteger(call, "refine", refine, 0);
  checkInteger(call, "batchSize", batchSize, 2);
  checkInteger(call, "neighbours", neighbours, 1);
  checkInteger(call, "rows", most, 1);
  checkInteger(call, "parts", parts, 1);
  checkInteger(call, "seed", seed, 0);
  if (graph !== undefined) checkGraph(call, graph, rows);
  const from = endOf(call, "from", given.from, data, rows, latent);
  const to = endOf(call, "to", given.to, data, rows, latent);
  const decoder = checkedDecoder(call, decode, latent, signal);
  if (from.code.every((value, j) => value === to.code[j])) {
    // Decoded all the same, so that a decoder that cannot be used is told of.
    await decoder.decode(from.code.slice());
    const z = interpolate(from.code, to.code, { steps });
    return {
      z,
      graphZ: z,
      nodes: Int32Array.from(new Set([from.row, to.row].filter((row) => row >= 0))),
      length: 0,
      straightLength: 0,
      graphLength: 0,
    };
  }
  const run = { signal, onProgress };
  const lines = Math.max(leastLines, Math.min(mostLines, steps - 1));
  const line = interpolate(from.code, to.code, { steps: lines * partsOfLine + 1 });
  const straight = await measure(decoder, line.data, latent, batchSize);
  const found = await graphPath(decoder, { data, rows, latent }, from, to, {
    ...run,
    neighbours,
    most,
    seed,
    parts,
    graph,
    batch: batchSize,
  });
  const edges = found.z.length / latent - 1;
  const partsOfEdge = Math.max(parts, Math.ceil((lines * partsOfLine) / edges));
  const along = await measure(decoder, subdivide(found.z, latent, partsOfEdge), latent, batchSize);
  let best = shortest([straight, along]);
  if (refine > 0) {
    const settings = {
      ...run,
      latent,
      lines,
      parts: partsOfLine,
      batch: batchSize,
      epsilon: found.epsilon,
    };
    const iterations = Math.min(refine, trials);
    const tried: Curve[] = [];
    for (const start of [along, straight]) {
      tried.push(await shorten(decoder, start, { ...settings, iterations }));
    }
    const last = await shorten(decoder, shortest(tried), { ...settings, iterations: refine - iterations });
    best = shortest([best, ...tried, last]);
  }
  return {
    z: rowsOf(resample(best, latent, steps), latent),
    nodes: found.rows,
    length: best.length,
    straightLength: straight.length,
    graphZ: rowsOf(resample(along, latent, steps), latent),
    graphLength: along.length,
  };
}

function shortest(curves: readonly Curve[]): Curve {
  return curves.reduce((least, each) => (each.length < least.length ? each : least));
}

const ownNames = [
  "from",
  "to",
  "decode",
  "neighbours",
  "steps",
  "refine",
  "rows",
  "seed",
  "parts",
  "graph",
  "batchSize",
];
