import {
  type Neighbours,
  nearestNeighbours,
  neighbourPath,
  type Rows,
  rowsOf,
  someRows,
} from "@vaekit/latent";
import { linePart, type Part, roundCorners } from "./path.js";

interface Graph {
  points: Rows;
  neighbours: Neighbours;
}

const neighbours = 10;
/** Differences between numbers that the search for neighbours may take: some seconds' for long codes. */
const work = 2e9;

/** By their codes [rows, latent]. */
const graphs = new WeakMap<Float32Array, Promise<Graph>>();
/** Parts by the codes, and both ends. */
const found = new WeakMap<Float32Array, WeakMap<Float32Array, WeakMap<Float32Array, Promise<Part>>>>();

/**
 * Ways between stops [latent] each through codes mu [rows, latent], at even speed in units of z. The graph of neighbours is made
 * once, of at most 4,000 rows drawn at random.
 */
export function dataParts(mu: Float32Array, stops: readonly Float32Array[]): Promise<Part[]> {
  return Promise.all(stops.slice(1).map((to, i) => partOf(mu, stops[i]!, to)));
}

function partOf(mu: Float32Array, from: Float32Array, to: Float32Array): Promise<Part> {
  const ofGraph = inside(found, mu, () => new WeakMap());
  const ofStart = inside(ofGraph, from, () => new WeakMap());
  return promised(ofStart, to, () => search(mu, from, to));
}

async function search(mu: Float32Array, from: Float32Array, to: Float32Array): Promise<Part> {
  const { points, neighbours } = await promised(graphs, mu, () => graphOf(mu, from.length));
  const { z } = await neighbourPath(points, { from, to, graph: neighbours });
  return linePart(roundCorners(z.data, from.length), from.length);
}

async function graphOf(mu: Float32Array, latent: number): Promise<Graph> {
  const rows = mu.length / latent;
  const most = Math.min(4000, Math.floor(Math.sqrt(work / latent)));
  const chosen = someRows(rows, most, 0);
  const codes = new Float32Array(chosen.length * latent);
  chosen.forEach((row, i) => {
    codes.set(mu.subarray(row * latent, (row + 1) * latent), i * latent);
  });
  const points = rowsOf(codes, latent);
  const count = Math.min(neighbours, chosen.length - 1);
  return { points, neighbours: await nearestNeighbours(points, { count }) };
}

function inside<K extends WeakKey, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** What failed is made anew the next time. */
function promised<K extends WeakKey, V>(
  map: WeakMap<K, Promise<V>>,
  key: K,
  make: () => Promise<V>,
): Promise<V> {
  return inside(map, key, () => {
    const made = make();
    made.catch(() => map.delete(key));
    return made;
  });
}
