import { columnMoments } from "../linear/column-moments.js";
import { rowsOf } from "../rows.js";
import { takeRows } from "../sample-rows.js";
import { chord, type Decoder, type Outputs } from "./decode.js";
import type { Edges } from "./graph.js";
import { chooseNodes, connect, type NodeOptions, type Points } from "./nodes.js";
import type { End } from "./path-end.js";
import { shortestPath } from "./shortest-path.js";

export interface GraphPathOptions extends NodeOptions {
  /** Parts in which an edge is measured. */
  parts: number;
  batch: number;
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
