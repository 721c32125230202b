import { type Plane, placeX, placeY } from "./plane.js";

/** Densities on a grid over a drawing area, row by row from above. */
export interface DensityGrid {
  values: Float64Array;
  width: number;
  height: number;
  highest: number;
  /** The density that `share` of the points lie at or above, by their cells. */
  levelOf: (share: number) => number;
  /** Share of the area that is as dense. */
  areaOf: (share: number) => number;
}

/** A standard deviation of the kernel is at least this many cells: narrower, it would show the grid. */
const narrowest = 1.2;

/**
 * A Gaussian kernel density of points [rows, 2]: counted on a grid of about a pixel, then smoothed along each axis.
 * The kernel's standard deviation is `bandwidth` * std * rows^(-1/6) along each axis (Scott 1992, sec. 6.3).
 */
export function densityGrid(points: Float32Array, plane: Plane, bandwidth: number): DensityGrid {
  const [width, height] = [Math.round(plane.width), Math.round(plane.height)];
  const rows = points.length / 2;
  const values = new Float64Array(width * height);
  const cells = new Int32Array(rows);
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const x = (placeX(plane, points[2 * i]!) / plane.width) * width;
    const y = (placeY(plane, points[2 * i + 1]!) / plane.height) * height;
    const cell = Math.min(Math.floor(y), height - 1) * width + Math.min(Math.floor(x), width - 1);
    values[cell] = values[cell]! + 1;
    cells[i] = cell;
    sums[0]! += x;
    sums[1]! += x * x;
    sums[2]! += y;
    sums[3]! += y * y;
  }
  const spread = (sum: number, squares: number) => Math.sqrt(Math.max(squares / rows - (sum / rows) ** 2, 0));
  const factor = bandwidth * rows ** (-1 / 6);
  smooth(
    values,
    { count: height, step: width, length: width, stride: 1 },
    factor * spread(sums[0]!, sums[1]!),
  );
  smooth(
    values,
    { count: width, step: 1, length: height, stride: width },
    factor * spread(sums[2]!, sums[3]!),
  );

  const atPoints = Float64Array.from(cells, (cell) => values[cell]!)
    .sort()
    .reverse();
  const levelOf = (share: number) => atPoints[Math.min(Math.ceil(share * rows), rows) - 1]!;
  return {
    values,
    width,
    height,
    highest: values.reduce((high, value) => Math.max(high, value), 0),
    levelOf,
    areaOf: (share) =>
      values.reduce((sum, value) => sum + Number(value >= levelOf(share)), 0) / values.length,
  };
}

/** Lines of a grid, each convolved with a Gaussian of `deviation` cells; what would leave the grid is cut off. */
function smooth(
  values: Float64Array,
  { count, step, length, stride }: { count: number; step: number; length: number; stride: number },
  deviation: number,
): void {
  const sigma = Math.max(deviation, narrowest);
  const reach = Math.min(Math.ceil(3.5 * sigma), length - 1);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp((-i * i) / (2 * sigma * sigma)));
  const norm = kernel.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  const line = new Float64Array(length);
  for (let k = 0; k < count; k++) {
    line.fill(0);
    for (let i = 0; i < length; i++) {
      const value = values[k * step + i * stride]! / norm;
      if (value === 0) continue;
      const to = Math.min(i + reach, length - 1);
      for (let j = Math.max(i - reach, 0); j <= to; j++)
        line[j] = line[j]! + value * kernel[Math.abs(i - j)]!;
    }
    for (let i = 0; i < length; i++) values[k * step + i * stride] = line[i]!;
  }
}
