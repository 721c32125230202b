import { symmetricEigen } from "../../linear/eigen.js";
import type { Progress, Task } from "../../task.js";
import type { SparseGraph } from "./fuzzy-graph.js";

/** Products with the graph in one filter, filters at most, and the residual that is good enough for the start of a layout. */
const degree = 24;
const mostFilters = 40;
const tolerance = 1e-4;
/** Rows between two looks at the clock. */
const chunk = 8192;

/**
 * Eigenvectors of a connected graph's normalised Laplacian I - D^-1/2 W D^-1/2 with the smallest eigenvalues above 0, [rows, wanted]
 * (spectral embedding, Belkin & Niyogi 2003), by Chebyshev-filtered subspace iteration (Zhou, Saad, Tiago & Chelikowsky 2006).
 *
 * start [rows, width]: a first guess, width > wanted and a multiple of 4; overwritten. Undefined when it does not converge.
 */
export function* spectralTask(
  graph: SparseGraph,
  start: Float64Array,
  width: number,
  wanted: number,
): Task<Float64Array | undefined> {
  const { rows } = graph;
  const { weight, trivial } = normalised(graph);
  let block: Float64Array = start;
  let image: Float64Array = new Float64Array(rows * width);
  let spare: Float64Array = new Float64Array(rows * width);
  const progress = { stage: "spectral", done: 0, total: mostFilters };
  const columns = [trivial, ...Array.from({ length: width }, () => new Float64Array(rows))];
  yield* orthonormaliseTask(block, width, columns, progress);
  let cut = 0.5;
  for (let filter = 0; filter < mostFilters; filter++) {
    const centre = (cut - 1) / 2;
    const half = (cut + 1) / 2;
    yield* multiplyTask(graph, weight, block, width, centre, 1 / half, undefined, image, progress);
    for (let k = 1; k < degree; k++) {
      progress.done = filter + k / degree;
      yield* multiplyTask(graph, weight, image, width, centre, 2 / half, block, spare, progress);
      [block, image, spare] = [image, spare, block];
    }
    [block, image] = [image, block];
    yield* orthonormaliseTask(block, width, columns, progress);
    yield* multiplyTask(graph, weight, block, width, 0, 1, undefined, image, progress);
    const { values, vectors } = symmetricEigen(products(block, image, rows, width), width);
    rotate(block, rows, width, vectors);
    rotate(image, rows, width, vectors);
    if (residual(block, image, values, rows, width, wanted) < tolerance) {
      return firstColumns(block, rows, width, wanted);
    }
    cut = Math.min(1 - 1e-6, Math.max(0, values[width - 1]!));
  }
  return undefined;
}

/** D^-1/2 W D^-1/2 entry by entry, and its eigenvector of the eigenvalue 1: the roots of the degrees, of length 1. */
function normalised({ rows, start, column, weight }: SparseGraph): {
  weight: Float64Array;
  trivial: Float64Array;
} {
  const root = new Float64Array(rows);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = start[row]!; i < start[row + 1]!; i++) sum += weight[i]!;
    root[row] = Math.sqrt(sum);
    total += sum;
  }
  const scaled = new Float64Array(weight.length);
  for (let row = 0; row < rows; row++) {
    for (let i = start[row]!; i < start[row + 1]!; i++) {
      scaled[i] = weight[i]! / (root[row]! * root[column[i]!]!);
    }
  }
  return { weight: scaled, trivial: root.map((value) => value / Math.sqrt(total)) };
}

/** out = scale (W x - centre x) - before, all [rows, width]. */
function* multiplyTask(
  graph: SparseGraph,
  weight: Float64Array,
  x: Float64Array,
  width: number,
  centre: number,
  scale: number,
  before: Float64Array | undefined,
  out: Float64Array,
  progress: Progress,
): Task<void> {
  for (let from = 0; from < graph.rows; from += chunk) {
    if (from > 0) yield progress;
    const to = Math.min(graph.rows, from + chunk);
    for (let v = 0; v < width; v += 4) {
      multiplyFour(graph, weight, x, width, v, from, to, out);
    }
    for (let i = from * width; i < to * width; i++) out[i] = scale * (out[i]! - centre * x[i]!);
    if (before) for (let i = from * width; i < to * width; i++) out[i]! -= before[i]!;
  }
}

/** Columns v .. v + 3 of the rows from .. to - 1 of W x. */
function multiplyFour(
  { start, column }: SparseGraph,
  weight: Float64Array,
  x: Float64Array,
  width: number,
  v: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    const end = start[row + 1]!;
    for (let i = start[row]!; i < end; i++) {
      const value = weight[i]!;
      const at = column[i]! * width + v;
      a += value * x[at]!;
      b += value * x[at + 1]!;
      c += value * x[at + 2]!;
      d += value * x[at + 3]!;
    }
    const at = row * width + v;
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}

/**
 * Gram-Schmidt, twice, in place. columns: the trivial eigenvector, of length 1 and left as it is, and room for the block's columns,
 * which lie one after the other there.
 */
function* orthonormaliseTask(
  block: Float64Array,
  width: number,
  columns: Float64Array[],
  progress: Progress,
): Task<void> {
  for (let v = 0; v < width; v++) {
    const column = columns[v + 1]!;
    for (let row = 0; row < column.length; row++) column[row] = block[row * width + v]!;
    scaleBy(column, 1 / (Math.sqrt(dot(column, column)) || 1));
    for (let pass = 0; pass < 2; pass++) {
      for (let u = 0; u <= v; u++) subtract(column, columns[u]!, dot(column, columns[u]!));
      scaleBy(column, 1 / (Math.sqrt(dot(column, column)) || 1));
    }
    for (let row = 0; row < column.length; row++) block[row * width + v] = column[row]!;
    yield progress;
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
  return sum;
}

function subtract(column: Float64Array, other: Float64Array, times: number): void {
  for (let i = 0; i < column.length; i++) column[i]! -= times * other[i]!;
}

function scaleBy(column: Float64Array, factor: number): void {
  for (let i = 0; i < column.length; i++) column[i]! *= factor;
}

/** left^T right [width, width] */
function products(left: Float64Array, right: Float64Array, rows: number, width: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (let i = 0; i < rows * width; i += width) {
    for (let u = 0; u < width; u++) {
      const value = left[i + u]!;
      for (let v = u; v < width; v++) sums[u * width + v]! += value * right[i + v]!;
    }
  }
  for (let u = 0; u < width; u++) for (let v = 0; v < u; v++) sums[u * width + v] = sums[v * width + u]!;
  return sums;
}

/** block [rows, width] times the transpose of vectors [width, width], in place. */
function rotate(block: Float64Array, rows: number, width: number, vectors: Float64Array): void {
  const turned = new Float64Array(width);
  for (let i = 0; i < rows * width; i += width) {
    for (let v = 0; v < width; v++) {
      let sum = 0;
      for (let u = 0; u < width; u++) sum += block[i + u]! * vectors[v * width + u]!;
      turned[v] = sum;
    }
    for (let v = 0; v < width; v++) block[i + v] = turned[v]!;
  }
}

/** Largest |W x - value x| of the first `wanted` columns, which have length 1. */
function residual(
  block: Float64Array,
  image: Float64Array,
  values: Float64Array,
  rows: number,
  width: number,
  wanted: number,
): number {
  let largest = 0;
  for (let v = 0; v < wanted; v++) {
    let sum = 0;
    for (let i = v; i < rows * width; i += width) sum += (image[i]! - values[v]! * block[i]!) ** 2;
    largest = Math.max(largest, Math.sqrt(sum));
  }
  return largest;
}

function firstColumns(block: Float64Array, rows: number, width: number, wanted: number): Float64Array {
  const out = new Float64Array(rows * wanted);
  for (let row = 0; row < rows; row++) {
    for (let v = 0; v < wanted; v++) out[row * wanted + v] = block[row * width + v]!;
  }
  return out;
}
