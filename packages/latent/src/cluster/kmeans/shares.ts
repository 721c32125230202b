import { kernelLimit, layOut } from "../../linear/kernels.js";
import type { WeightedRows } from "./distinct.js";
import { type DistanceKernels, rowsOfBlock } from "./kernels.js";

/**
 * What `share` would be with one more center, for each of several candidates: the least of it and weight times squared distance.
 *
 * candidates: rows of points; into: [rows] for each of them, of which from..to are filled. With the kernels and without them it is
 * the same to the bit.
 */
export function shareRows(
  points: WeightedRows,
  share: Float64Array,
  candidates: Int32Array,
  into: Float64Array[],
  from: number,
  to: number,
  kernels: DistanceKernels | null,
): void {
  const { data, columns, weights } = points;
  if (kernels && (candidates.length + 1) * columns <= kernelLimit) {
    shareWide(kernels, points, share, candidates, into, from, to);
    return;
  }
  const centerOf = (t: number) =>
    Float64Array.from(data.subarray(candidates[t]! * columns, (candidates[t]! + 1) * columns));
  for (let t = 0; t < candidates.length; t += 2) {
    // The last of an odd number goes with itself.
    const u = Math.min(t + 1, candidates.length - 1);
    shareOf(data, columns, weights, share, centerOf(t), centerOf(u), into[t]!, into[u]!, from, to);
  }
}

function shareWide(
  kernels: DistanceKernels,
  { data, columns, weights }: WeightedRows,
  share: Float64Array,
  candidates: Int32Array,
  into: Float64Array[],
  from: number,
  to: number,
): void {
  const width = Math.ceil(columns / 4) * 4;
  const most = rowsOfBlock(columns);
  const pairs = Math.ceil(candidates.length / 2);
  const sizes = [
    (most * columns + 4) * 4,
    width * 4,
    pairs * columns * 16,
    most * 8,
    most * 8,
    width * 32,
    pairs * most * 16,
  ];
  const addresses = layOut(kernels, sizes) as [number, number, number, number, number, number, number];
  const [rowsAt, zerosAt, centersAt, weightsAt, shareAt, scratchAt, outAt] = addresses;
  const { buffer } = kernels.memory;
  const rows = new Float32Array(buffer, rowsAt, most * columns);
  const blockShare = new Float64Array(buffer, shareAt, most);
  const blockWeights = new Float64Array(buffer, weightsAt, most).fill(1);
  new Float32Array(buffer, zerosAt, width).fill(0);
  const centers = new Float64Array(buffer, centersAt, pairs * columns * 2);
  for (let t = 0; t < pairs * 2; t++) {
    // The last of an odd number goes with itself.
    const base = candidates[Math.min(t, candidates.length - 1)]! * columns;
    const at = (t - (t % 2)) * columns + (t % 2);
    for (let j = 0; j < columns; j++) centers[at + 2 * j] = data[base + j]!;
  }
  for (let start = from; start < to; start += most) {
    const end = Math.min(start + most, to);
    const size = Math.ceil((end - start) / 8) * 8;
    rows.set(data.subarray(start * columns, end * columns));
    blockShare.set(share.subarray(start, end));
    if (weights) blockWeights.set(weights.subarray(start, end));
    kernels.shares(rowsAt, size, columns, zerosAt, centersAt, pairs, weightsAt, shareAt, scratchAt, outAt);
    for (let t = 0; t < candidates.length; t++) {
      into[t]!.set(new Float64Array(buffer, outAt + t * size * 8, end - start), start);
    }
  }
}

/** Two rows and two centers at once. */
function shareOf(
  data: Float32Array,
  columns: number,
  weights: Float32Array | undefined,
  share: Float64Array,
  center: Float64Array,
  otherCenter: Float64Array,
  into: Float64Array,
  otherInto: Float64Array,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row += 2) {
    const next = row + 1 < to ? row + 1 : row;
    const base = row * columns;
    const nextBase = next * columns;
    let a = 0;
    let b = 0;
    let otherA = 0;
    let otherB = 0;
    for (let j = 0; j < columns; j++) {
      const c = center[j]!;
      const d = otherCenter[j]!;
      const x = data[base + j]!;
      const y = data[nextBase + j]!;
      const xc = x - c;
      const yc = y - c;
      const xd = x - d;
      const yd = y - d;
      a += xc * xc;
      b += yc * yc;
      otherA += xd * xd;
      otherB += yd * yd;
    }
    const weight = weights ? weights[row]! : 1;
    const nextWeight = weights ? weights[next]! : 1;
    const most = share[row]!;
    const nextMost = share[next]!;
    into[row] = Math.min(a * weight, most);
    into[next] = Math.min(b * nextWeight, nextMost);
    otherInto[row] = Math.min(otherA * weight, most);
    otherInto[next] = Math.min(otherB * nextWeight, nextMost);
  }
}
