import { findKernels, type Kernels, kernelLimit, layOut } from "./kernels.js";

/**
 * Rows times a small matrix, less an offset: out[i, j] = sum_c data[i, c] matrix[j, c] - offset[j].
 *
 * data [rows, columns] float32, matrix [outputs, columns] row-major, offset [outputs] -> [rows, outputs] float32
 */
export function projectRows(
  data: Float32Array,
  rows: number,
  columns: number,
  matrix: Float64Array,
  outputs: number,
  offset: Float64Array,
  kernels: Kernels | null = findKernels(),
): Float32Array {
  if (kernels && columns * outputs <= kernelLimit)
    return projectWide(kernels, data, rows, columns, matrix, outputs, offset);
  const out = new Float32Array(rows * outputs);
  for (let j = 0; j < outputs; j += 3) {
    const pass = outputs - j === 1 ? projectOne : outputs - j === 2 ? projectTwo : projectThree;
    pass(data, rows, columns, matrix, outputs, offset, j, out);
  }
  return out;
}

/** Numbers in a block of rows. */
const blockSize = 16384;

/** The same with two lanes. */
function projectWide(
  kernels: Kernels,
  data: Float32Array,
  rows: number,
  columns: number,
  matrix: Float64Array,
  outputs: number,
  offset: Float64Array,
): Float32Array {
  const width = Math.ceil(outputs / 4) * 4;
  const blockRows = Math.max(1, Math.floor(blockSize / Math.max(columns, outputs)));
  const sizes = [blockRows * columns * 4, columns * width * 8, width * 8, (blockRows * outputs + 3) * 4];
  const addresses = layOut(kernels, sizes) as [number, number, number, number];
  const [from, matrixAt, offsetAt, outAt] = addresses;
  const { buffer } = kernels.memory;
  const rowsAt = new Float32Array(buffer, from, blockRows * columns);
  const block = new Float32Array(buffer, outAt, blockRows * outputs);
  const transposed = new Float64Array(buffer, matrixAt, columns * width).fill(0);
  for (let j = 0; j < outputs; j++) {
    for (let c = 0; c < columns; c++) transposed[c * width + j] = matrix[j * columns + c]!;
  }
  new Float64Array(buffer, offsetAt, width).fill(0).set(offset);
  const out = new Float32Array(rows * outputs);
  for (let start = 0; start < rows; start += blockRows) {
    const count = Math.min(blockRows, rows - start);
    rowsAt.set(data.subarray(start * columns, (start + count) * columns));
    kernels.project(from, count, columns, matrixAt, offsetAt, width, outputs, outAt);
    out.set(count === blockRows ? block : block.subarray(0, count * outputs), start * outputs);
  }
  return out;
}

type Pass = (
  data: Float32Array,
  rows: number,
  columns: number,
  matrix: Float64Array,
  outputs: number,
  offset: Float64Array,
  j: number,
  out: Float32Array,
) => void;

const projectOne: Pass = (data, rows, columns, matrix, outputs, offset, j, out) => {
  const u = j * columns;
  const ou = offset[j]!;
  for (let i = 0; i < rows; i++) {
    const x = i * columns;
    let su = -ou;
    for (let c = 0; c < columns; c++) su += data[x + c]! * matrix[u + c]!;
    out[i * outputs + j] = su;
  }
};

const projectTwo: Pass = (data, rows, columns, matrix, outputs, offset, j, out) => {
  const u = j * columns;
  const v = u + columns;
  const ou = offset[j]!;
  const ov = offset[j + 1]!;
  for (let i = 0; i < rows; i++) {
    const x = i * columns;
    let su = -ou;
    let sv = -ov;
    for (let c = 0; c < columns; c++) {
      const value = data[x + c]!;
      su += value * matrix[u + c]!;
      sv += value * matrix[v + c]!;
    }
    out[i * outputs + j] = su;
    out[i * outputs + j + 1] = sv;
  }
};

/** Two rows at a time: six independent sums keep the processor's adders busy. */
const projectThree: Pass = (data, rows, columns, matrix, outputs, offset, j, out) => {
  const u = j * columns;
  const v = u + columns;
  const w = v + columns;
  const ou = offset[j]!;
  const ov = offset[j + 1]!;
  const ow = offset[j + 2]!;
  for (let i = 0; i < rows; i += 2) {
    const x = i * columns;
    const y = i + 1 < rows ? x + columns : x;
    let xu = -ou;
    let xv = -ov;
    let xw = -ow;
    let yu = -ou;
    let yv = -ov;
    let yw = -ow;
    for (let c = 0; c < columns; c++) {
      const mu = matrix[u + c]!;
      const mv = matrix[v + c]!;
      const mw = matrix[w + c]!;
      const first = data[x + c]!;
      const second = data[y + c]!;
      xu += first * mu;
      xv += first * mv;
      xw += first * mw;
      yu += second * mu;
      yv += second * mv;
      yw += second * mw;
    }
    const at = i * outputs + j;
    out[at] = xu;
    out[at + 1] = xv;
    out[at + 2] = xw;
    if (y === x) continue;
    out[at + outputs] = yu;
    out[at + outputs + 1] = yv;
    out[at + outputs + 2] = yw;
  }
};
