import { kernelLimit, layOut } from "../../linear/kernels.js";
import { assignRows, padCenters } from "./assign.js";
import { type DistanceKernels, findDistanceKernels, rowsOfBlock } from "./kernels.js";

/** Most rows that `update` takes at once. */
export const block = 4096;

/** What is known of the rows between two places of the centers. */
export interface Found {
  /** The nearest center, the first of equals; -1 before the first time. */
  labels: Int32Array;
  /** At least how much farther every other is. */
  gaps: Float64Array;
}

export const nothingFound = (rows: number): Found => ({
  labels: new Int32Array(rows).fill(-1),
  gaps: new Float64Array(rows),
});

/**
 * Finds the nearest of some centers for the rows whose gap does not prove that it is the one before.
 *
 * With the vector kernels, distances are float32, with a bound of their error; rows that it leaves open are measured again in float64,
 * so that the labels are the same as without.
 */
export class NearestTwo {
  /** Rows whose label `update` has changed, ascending, and their labels before. */
  readonly changed = new Int32Array(block);
  readonly previous = new Int32Array(block);
  private readonly active = new Int32Array(block);
  private padded: Float64Array = new Float64Array();
  private count = 0;
  private wide: WideCenters | null = null;

  /** data [?, columns] */
  constructor(
    private readonly data: Float32Array,
    private readonly columns: number,
    private readonly kernels: DistanceKernels | null = findDistanceKernels(),
  ) {}

  /** centers [k, columns] */
  place(centers: ArrayLike<number>): void {
    const { columns, kernels } = this;
    const { centers: padded, count } = padCenters(centers, columns);
    this.padded = padded;
    this.count = count;
    const fits = kernels && padded.length <= kernelLimit;
    this.wide = fits ? wideCenters(padded, centers.length / columns, columns) : null;
  }

  /** Rows from..to; loss [k + 1]: 0, and by how much the gaps of each center's rows may have shrunk. Returns how many changed. */
  update(found: Found, loss: Float64Array, from: number, to: number): number {
    const { kernels, wide } = this;
    return kernels && wide
      ? this.updateWide(kernels, wide, found, loss, from, to)
      : this.updatePlain(found, loss, from, to);
  }

  private updatePlain({ labels, gaps }: Found, loss: Float64Array, from: number, to: number): number {
    const { changed, previous } = this;
    let count = 0;
    for (let row = from; row < to; row++) {
      const gap = gaps[row]! - loss[labels[row]! + 1]!;
      gaps[row] = gap;
      if (gap > 0) continue;
      changed[count] = row;
      previous[count++] = labels[row]!;
    }
    assignRows(this.data, this.columns, this.padded, this.count, changed, 0, count, labels, gaps);
    return this.dropUnchanged(labels, count);
  }

  private dropUnchanged(labels: Int32Array, count: number): number {
    const { changed, previous } = this;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const row = changed[i]!;
      if (labels[row] === previous[i]) continue;
      changed[left] = row;
      previous[left++] = previous[i]!;
    }
    return left;
  }

  private updateWide(
    kernels: DistanceKernels,
    { origin, centers, relative, absolute }: WideCenters,
    { labels, gaps }: Found,
    loss: Float64Array,
    from: number,
    to: number,
  ): number {
    const { data, columns, count: clusters, changed, previous, active } = this;
    const width = origin.length;
    const most = rowsOfBlock(columns);
    const addresses = layOut(kernels, [
      (most * columns + 4) * 4,
      width * 4,
      centers.length * 4,
      width * 32,
      most * 4,
      most * 8,
      loss.length * 8,
      (most + 8) * 4,
      most * 8 + 8,
    ]);
    const [rowsAt, originAt, centersAt, scratchAt, labelsAt, gapsAt, lossAt, listAt, changedAt] =
      addresses as [number, number, number, number, number, number, number, number, number];
    const { buffer } = kernels.memory;
    const rows = new Float32Array(buffer, rowsAt, most * columns);
    const blockLabels = new Int32Array(buffer, labelsAt, most);
    const blockGaps = new Float64Array(buffer, gapsAt, most);
    const pairs = new Int32Array(buffer, changedAt, most * 2);
    new Float32Array(buffer, originAt, width).set(origin);
    new Float32Array(buffer, centersAt, centers.length).set(centers);
    new Float64Array(buffer, lossAt, loss.length).set(loss);
    let changes = 0;
    let open = 0;
    for (let start = from; start < to; start += most) {
      const end = Math.min(start + most, to);
      const size = end - start;
      rows.set(data.subarray(start * columns, end * columns));
      blockLabels.set(labels.subarray(start, end));
      blockGaps.set(gaps.subarray(start, end));
      const count = kernels.update(
        rowsAt,
        size,
        columns,
        originAt,
        centersAt,
        clusters,
        scratchAt,
        labelsAt,
        gapsAt,
        lossAt,
        listAt,
        changedAt,
        relative,
        absolute,
      );
      labels.set(size === most ? blockLabels : blockLabels.subarray(0, size), start);
      gaps.set(size === most ? blockGaps : blockGaps.subarray(0, size), start);
      for (let i = 0; i < count; i++) {
        const row = start + pairs[2 * i]!;
        changed[changes] = row;
        previous[changes++] = pairs[2 * i + 1]!;
        if (!(gaps[row]! > 0)) active[open++] = row;
      }
    }
    if (open === 0) return changes;
    assignRows(data, columns, this.padded, clusters, active, 0, open, labels, gaps);
    return this.dropUnchanged(labels, changes);
  }
}

interface WideCenters {
  /** Taken off rows and centers, so that what float32 rounds is of the size of distances. [columns rounded up to a multiple of 4] */
  origin: Float32Array;
  /** [count / 2, columns, 2] */
  centers: Float32Array;
  /** Bounds of the error of a gap: relative to the distances, and absolute. */
  relative: number;
  absolute: number;
}

/** Half an ulp of 1 in float32. */
const unit = 2 ** -24;

/** Of centers [count, columns], the first k of which are no padding. */
function wideCenters(padded: Float64Array, k: number, columns: number): WideCenters {
  const origin = new Float32Array(Math.ceil(columns / 4) * 4);
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += padded[c * columns + j]!;
    origin[j] = sum / k;
  }
  const centers = new Float32Array(padded.length);
  let largest = 0;
  for (let c = 0; c < padded.length / columns; c++) {
    let square = 0;
    for (let j = 0; j < columns; j++) {
      const value = padded[c * columns + j]! - origin[j]!;
      centers[(c - (c % 2)) * columns + 2 * j + (c % 2)] = value;
      square += value * value;
    }
    if (c < k) largest = Math.max(largest, Math.sqrt(square));
  }
  // A distance is off by (columns / 2 + 4) units of itself, by 2 of the largest center's for what rounding the row and the center
  // less the origin leaves, and by less than 1e-18 for squares that are too small for float32. Twice that is on the safe side.
  return { origin, centers, relative: (columns + 8) * 2 * unit, absolute: 8 * unit * largest + 1e-18 };
}
