import { Random } from "../../random.js";
import type { Rows } from "../../rows.js";
import type { Task } from "../../task.js";
import { pcaTask } from "../pca.js";
import type { SparseGraph } from "./fuzzy-graph.js";
import { spectralTask } from "./spectral.js";

export type UmapInit = "spectral" | "pca" | "random";

/** Width of the layout's start, and the noise on it that parts points at one place. */
const size = 10;
const noise = 1e-4;
/** Vectors that spectral iteration carries beside those wanted, at least: it converges by the gap to the first one left out. */
const guard = 4;

/**
 * Where a layout starts, [rows, dimensions], each dimension from 0 to 10. "spectral" is the principal components' when the graph is in
 * several parts, or too small, or the iteration does not converge; what the points have too few columns for is random.
 */
export function* initialLayoutTask(
  points: Rows,
  graph: SparseGraph,
  dimensions: number,
  init: UmapInit,
  seed: number,
): Task<Float32Array> {
  const random = new Random(seed);
  const { rows } = graph;
  const width = Math.ceil((dimensions + guard) / 4) * 4;
  let start: Float64Array | undefined;
  if (init === "spectral" && rows > 4 * width && isConnected(graph)) {
    start = yield* spectralTask(graph, yield* principalTask(points, width, random), width, dimensions);
  }
  start ??= init === "random" ? undefined : yield* principalTask(points, dimensions, random);
  const layout = new Float32Array(rows * dimensions);
  if (start === undefined) {
    for (let i = 0; i < layout.length; i++) layout[i] = size * random.uniform();
    return layout;
  }
  const largest = start.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? size / largest : 0;
  for (let i = 0; i < layout.length; i++) layout[i] = start[i]! * scale + noise * random.normal();
  stretch(layout, rows, dimensions);
  return layout;
}

/** Principal components [rows, wanted], normal numbers of a thousandth of the first's size where there are no more. */
function* principalTask(points: Rows, wanted: number, random: Random): Task<Float64Array> {
  const [rows, columns] = points.shape as [number, number];
  const count = Math.min(wanted, columns, rows);
  const { embedding, singularValues } = yield* pcaTask(points, { components: count });
  const faint = ((singularValues[0] ?? 0) / Math.sqrt(rows)) * 1e-3 || 1;
  const out = new Float64Array(rows * wanted);
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < wanted; d++) {
      const there = d < count && singularValues[d]! > 1e-6 * singularValues[0]!;
      out[row * wanted + d] = there ? embedding.data[row * count + d]! : faint * random.normal();
    }
  }
  return out;
}

/** Each dimension from 0 to 10; one that is constant stays at the middle. */
function stretch(layout: Float32Array, rows: number, dimensions: number): void {
  for (let d = 0; d < dimensions; d++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = d; i < rows * dimensions; i += dimensions) {
      low = Math.min(low, layout[i]!);
      high = Math.max(high, layout[i]!);
    }
    for (let i = d; i < rows * dimensions; i += dimensions) {
      layout[i] = high > low ? (size * (layout[i]! - low)) / (high - low) : size / 2;
    }
  }
}

/** Whether every row can be reached from the first. */
export function isConnected({ rows, start, column }: SparseGraph): boolean {
  const seen = new Uint8Array(rows);
  const waiting = new Int32Array(rows);
  let count = 1;
  seen[0] = 1;
  for (let next = 0; next < count; next++) {
    const row = waiting[next]!;
    for (let i = start[row]!; i < start[row + 1]!; i++) {
      const other = column[i]!;
      if (seen[other] === 1) continue;
      seen[other] = 1;
      waiting[count++] = other;
    }
  }
  return count === rows;
}
