import { findKernels, type Kernels, kernelLimit, layOut } from "./kernels.js";

/** Sums of products about the mean: divide `matrix` by rows, or by rows - 1, for a covariance. */
export interface Scatter {
  /** [columns] */
  mean: Float64Array;
  /** sum over rows of (x - mean)(x - mean)^T, [columns, columns] row-major, symmetric */
  matrix: Float64Array;
}

/** Numbers in a block of rows: it stays in the cache while all tiles pass over it. */
const blockSize = 8192;

/** Standard deviation of a column, in units of its mean, that only rounding makes: float32 values that differ, differ by 6e-8. */
const constantBelow = 1e-14;

/**
 * Mean and scatter of float32 rows, data [rows, columns] -> float64, in one pass: products are taken about the mean of a few rows,
 * and the correction for the true mean is subtracted at the end (Chan, Golub & LeVeque 1983). Where those few rows were so far
 * from the mean that the correction would cost digits, a second pass starts from the mean.
 */
export function scatterOf(
  data: Float32Array,
  rows: number,
  columns: number,
  kernels: Kernels | null = findKernels(),
): Scatter {
  const scatter = passOver(data, rows, columns, meanOfSome(data, rows, columns), kernels);
  return scatter.exact ? scatter : passOver(data, rows, columns, scatter.mean, kernels);
}

function passOver(
  data: Float32Array,
  rows: number,
  columns: number,
  shift: Float64Array,
  kernels: Kernels | null,
): Scatter & { exact: boolean } {
  const { sums, products } =
    kernels && columns * columns <= kernelLimit
      ? addBlocksWide(kernels, data, rows, columns, shift)
      : addBlocks(data, rows, columns, shift);
  const width = roundedUp(columns);
  const mean = new Float64Array(columns);
  const matrix = new Float64Array(columns * columns);
  let exact = true;
  for (let c = 0; c < columns; c++) mean[c] = shift[c]! + sums[c]! / rows;
  for (let b = 0; b < columns; b++) {
    for (let a = 0; a <= b; a++) {
      const value = products[a * width + b]! - (sums[a]! * sums[b]!) / rows;
      matrix[a * columns + b] = value;
      matrix[b * columns + a] = value;
    }
    const variation = matrix[b * columns + b]!;
    if (variation <= rows * (mean[b]! * constantBelow) ** 2) clearColumn(matrix, b, columns);
    else if (sums[b]! ** 2 / rows > 1e4 * variation) exact = false;
  }
  return { mean, matrix, exact };
}

interface Sums {
  /** [columns] or more */
  sums: Float64Array;
  /** [width, width]; the tiles on and above the diagonal are filled */
  products: Float64Array;
}

/** Sums of x - shift and of their products over all rows. */
function addBlocks(data: Float32Array, rows: number, columns: number, shift: Float64Array): Sums {
  const width = roundedUp(columns);
  const blockRows = rowsOfBlock(width);
  const block = new Float64Array(blockRows * width);
  const sums = new Float64Array(columns);
  const products = new Float64Array(width * width);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    shiftBlock(data, start, count, columns, width, shift, block, sums);
    for (let b = 0; b < width; b += 4) {
      for (let a = 0; a <= b; a += 4) addTile(block, a, b, count, width, products);
    }
  }
  return { sums, products };
}

/** The same with two lanes. */
function addBlocksWide(
  kernels: Kernels,
  data: Float32Array,
  rows: number,
  columns: number,
  shift: Float64Array,
): Sums {
  const width = roundedUp(columns);
  const blockRows = rowsOfBlock(width);
  const sizes = [
    blockRows * columns * 4 + 16,
    width * 8,
    width * 8,
    blockRows * width * 8,
    width * width * 8,
  ];
  const addresses = layOut(kernels, sizes) as [number, number, number, number, number];
  const [from, shiftAt, sumsAt, blockAt, productsAt] = addresses;
  const { buffer } = kernels.memory;
  const rowsAt = new Float32Array(buffer, from, blockRows * columns);
  const sums = new Float64Array(buffer, sumsAt, width).fill(0);
  const products = new Float64Array(buffer, productsAt, width * width).fill(0);
  new Float64Array(buffer, shiftAt, width).fill(0).set(shift);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    rowsAt.set(data.subarray(start * columns, (start + count) * columns));
    kernels.addBlock(from, count, columns, width, shiftAt, sumsAt, blockAt, productsAt);
  }
  return { sums: sums.slice(), products: products.slice() };
}

const roundedUp = (columns: number) => Math.ceil(columns / 4) * 4;
const rowsOfBlock = (width: number) => Math.max(8, Math.floor(blockSize / width));

/** block [count, width] = rows of data less the shift, padded with zeros; their sums are added to `sums`. */
function shiftBlock(
  data: Float32Array,
  start: number,
  count: number,
  columns: number,
  width: number,
  shift: Float64Array,
  block: Float64Array,
  sums: Float64Array,
): void {
  let from = start * columns;
  for (let r = 0; r < count; r++) {
    const to = r * width;
    for (let c = 0; c < columns; c++) {
      const value = data[from++]! - shift[c]!;
      block[to + c] = value;
      sums[c]! += value;
    }
  }
}

/** products[a..a+3, b..b+3] += block[:, a..a+3]^T block[:, b..b+3]; sixteen sums that stay in registers. */
function addTile(
  block: Float64Array,
  a: number,
  b: number,
  count: number,
  width: number,
  products: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let r = 0, p = a, q = b; r < count; r++, p += width, q += width) {
    const x0 = block[p]!;
    const x1 = block[p + 1]!;
    const x2 = block[p + 2]!;
    const x3 = block[p + 3]!;
    const y0 = block[q]!;
    const y1 = block[q + 1]!;
    const y2 = block[q + 2]!;
    const y3 = block[q + 3]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  addRow(products, a * width + b, s00, s01, s02, s03);
  addRow(products, (a + 1) * width + b, s10, s11, s12, s13);
  addRow(products, (a + 2) * width + b, s20, s21, s22, s23);
  addRow(products, (a + 3) * width + b, s30, s31, s32, s33);
}

function addRow(products: Float64Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  products[at]! += s0;
  products[at + 1]! += s1;
  products[at + 2]! += s2;
  products[at + 3]! += s3;
}

function clearColumn(matrix: Float64Array, column: number, columns: number): void {
  for (let c = 0; c < columns; c++) {
    matrix[column * columns + c] = 0;
    matrix[c * columns + column] = 0;
  }
}

/** Mean of up to 64 rows spread over all of them, [columns]. */
function meanOfSome(data: Float32Array, rows: number, columns: number): Float64Array {
  const count = Math.min(64, rows);
  const mean = new Float64Array(columns);
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * rows) / count) * columns;
    for (let c = 0; c < columns; c++) mean[c]! += data[from + c]! / count;
  }
  return mean;
}
