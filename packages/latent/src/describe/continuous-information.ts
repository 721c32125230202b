import type { Task } from "../task.js";
import { digammas } from "./digamma.js";
import { countWithin } from "./sorted-values.js";

/**
 * Mutual information of two amounts (Kraskov et al. 2004, equation 8), in nats: psi(n) + psi(k) - <psi(n_x + 1) + psi(n_y + 1)>,
 * n_x and n_y the values nearer in x, in y than the k-th neighbour in the larger of the two distances.
 *
 * x, y [rows], rows above neighbours
 */
export function* continuousInformation(x: Float64Array, y: Float64Array, neighbours: number): Task<number> {
  const rows = x.length;
  const psi = digammas(rows + 1);
  const sortedX = x.slice().sort();
  const sortedY = y.slice().sort();
  const strips = yield* stripsOf(x, y);
  const nearest = new Float64Array(neighbours);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    if (i % 1000 === 0) yield { stage: "mutual information", done: i, total: rows };
    const radius = nearestInBoth(strips, i, nearest);
    const inX = Math.max(1, countWithin(sortedX, strips.x[i]!, radius));
    const inY = Math.max(1, countWithin(sortedY, strips.y[i]!, radius));
    sum += psi[inX]! + psi[inY]!;
  }
  return Math.max(0, psi[rows]! + psi[neighbours]! - sum / rows);
}

/** Points in strips of about sqrt(rows) points by x, sorted by y in each: any search then looks at few of them, ties or not. */
interface Strips {
  x: Float64Array;
  y: Float64Array;
  /** Points in each strip but the last. */
  width: number;
  /** Least and largest x of each strip. */
  low: Float64Array;
  high: Float64Array;
}

function* stripsOf(x: Float64Array, y: Float64Array): Task<Strips> {
  const rows = x.length;
  const width = Math.max(1, Math.ceil(Math.sqrt(rows)));
  const count = Math.ceil(rows / width);
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    if (s % 16 === 0) yield { stage: "mutual information", done: 0, total: rows };
    const strip = order.subarray(s * width, (s + 1) * width);
    low[s] = x[strip[0]!]!;
    high[s] = x[strip[strip.length - 1]!]!;
    strip.sort((a, b) => y[a]! - y[b]!);
  }
  return {
    x: Float64Array.from(order, (row) => x[row]!),
    y: Float64Array.from(order, (row) => y[row]!),
    width,
    low,
    high,
  };
}

/** Largest of the distances to the nearest points, in max(|dx|, |dy|); `nearest` holds them, ascending. */
function nearestInBoth({ x, y, width, low, high }: Strips, i: number, nearest: Float64Array): number {
  const own = Math.floor(i / width);
  nearest.fill(Number.POSITIVE_INFINITY);
  const last = nearest.length - 1;
  searchStrip(x, y, own * width, Math.min(x.length, (own + 1) * width), i, nearest);
  let left = own - 1;
  let right = own + 1;
  for (;;) {
    const toLeft = left >= 0 ? x[i]! - high[left]! : Number.POSITIVE_INFINITY;
    const toRight = right < low.length ? low[right]! - x[i]! : Number.POSITIVE_INFINITY;
    if (Math.min(toLeft, toRight) >= nearest[last]!) return nearest[last]!;
    const strip = toLeft <= toRight ? left-- : right++;
    searchStrip(x, y, strip * width, Math.min(x.length, (strip + 1) * width), i, nearest);
  }
}

function searchStrip(
  x: Float64Array,
  y: Float64Array,
  from: number,
  to: number,
  i: number,
  nearest: Float64Array,
): void {
  const last = nearest.length - 1;
  let start = from;
  for (let end = to; start < end; ) {
    const middle = (start + end) >>> 1;
    if (y[middle]! < y[i]!) start = middle + 1;
    else end = middle;
  }
  for (let j = start; j < to && y[j]! - y[i]! < nearest[last]!; j++) {
    if (j !== i) insert(nearest, Math.max(Math.abs(x[j]! - x[i]!), y[j]! - y[i]!));
  }
  for (let j = start - 1; j >= from && y[i]! - y[j]! < nearest[last]!; j--) {
    if (j !== i) insert(nearest, Math.max(Math.abs(x[j]! - x[i]!), y[i]! - y[j]!));
  }
}

function insert(nearest: Float64Array, distance: number): void {
  let at = nearest.length - 1;
  if (distance >= nearest[at]!) return;
  while (at > 0 && nearest[at - 1]! > distance) {
    nearest[at] = nearest[at - 1]!;
    at--;
  }
  nearest[at] = distance;
}
