/** Of how many columns points are, and from where to where each goes. */
export interface Extent {
  dimensions: 2 | 3;
  range: readonly (readonly [from: number, to: number])[];
}

/** Centred, and scaled alike on all axes so that the farthest point is 1 away from 0 on its axis: [rows, dimensions]. */
export function centred(points: Float32Array, { dimensions, range }: Extent): Float32Array {
  const middle = range.map(([from, to]) => (from + to) / 2);
  const half = Math.max(...range.map(([from, to]) => (to - from) / 2)) || 1;
  return points.map((value, i) => (value - middle[i % dimensions]!) / half);
}
