import type { Task } from "../task.js";
import { type Scatter, scatterOf } from "./covariance.js";
import { instantiate, type Kernels, kernelsBase64, layOut } from "./kernels.js";

/** Products of scatterOf without a rest: some 10 milliseconds with SIMD. */
const inOneGo = 2 ** 26;
/** Numbers that are summed in one go, a few milliseconds; and most columns for the kernels, 128 MiB of sums. */
const atOnce = 2 ** 23;
const mostColumns = 4096;
/** Rows that all tiles pass over together. */
const blockRows = 64;

/**
 * scatterOf, which rests on the way where there is much to do: with kernels of its own, since others use the shared ones meanwhile.
 * Products are taken about the mean itself, measured from the first row, so that a constant column has no scatter at all.
 */
export function* scatterTask(data: Float32Array, rows: number, columns: number): Task<Scatter> {
  const kernels =
    rows * columns ** 2 > inOneGo && columns <= mostColumns ? instantiate<Kernels>(kernelsBase64) : null;
  if (kernels === null) return scatterOf(data, rows, columns);
  const progress = { stage: "scatter", done: 0, total: rows };
  const mean = new Float64Array(columns);
  const step = Math.max(1, Math.floor(atOnce / (4 * columns)));
  for (let from = 0; from < rows; from += step) {
    addMean(data, from, Math.min(rows, from + step), rows, columns, mean);
    yield progress;
  }
  for (let c = 0; c < columns; c++) mean[c]! += data[c]!;
  const width = Math.ceil(columns / 4) * 4;
  const sizes = [blockRows * columns * 4 + 16, width * 8, width * 8, blockRows * width * 8, width ** 2 * 8];
  const addresses = layOut(kernels, sizes) as [number, number, number, number, number];
  const [from, shiftAt, sumsAt, blockAt, productsAt] = addresses;
  const { buffer } = kernels.memory;
  const rowsAt = new Float32Array(buffer, from, blockRows * columns);
  const products = new Float64Array(buffer, productsAt, width * width);
  new Float64Array(buffer, shiftAt, width).set(mean);
  for (; progress.done < rows; progress.done += blockRows) {
    const count = Math.min(blockRows, rows - progress.done);
    rowsAt.set(data.subarray(progress.done * columns, (progress.done + count) * columns));
    kernels.addBlock(from, count, columns, width, shiftAt, sumsAt, blockAt, productsAt);
    yield progress;
  }
  return { mean, matrix: mirrored(products, columns, width) };
}

function addMean(
  data: Float32Array,
  from: number,
  to: number,
  rows: number,
  columns: number,
  mean: Float64Array,
): void {
  for (let i = from, at = from * columns; i < to; i++) {
    for (let c = 0; c < columns; c++) mean[c]! += (data[at++]! - data[c]!) / rows;
  }
}

/** The tiles above the diagonal [width, width] -> the whole, [columns, columns] */
function mirrored(products: Float64Array, columns: number, width: number): Float64Array {
  const matrix = new Float64Array(columns * columns);
  for (let a = 0; a < columns; a++) {
    for (let b = a; b < columns; b++) {
      matrix[a * columns + b] = products[a * width + b]!;
      matrix[b * columns + a] = products[a * width + b]!;
    }
  }
  return matrix;
}
