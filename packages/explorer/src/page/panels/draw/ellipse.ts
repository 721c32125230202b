/** 95 % of a Gaussian in the plane lies within this Mahalanobis distance: the root of chi-squared's quantile, 2 degrees. */
export const radius95 = Math.sqrt(-2 * Math.log(0.05));
/** The same on a line, where the map has one dimension: the normal's 0.975 quantile. */
const reach95 = 1.959964;

/** Symmetric, of the two axes of a map. */
export interface Covariance {
  xx: number;
  xy: number;
  yy: number;
}

export interface Ellipse {
  /** Half its axes, the longer first; minor is 0 where it is a line. */
  major: number;
  minor: number;
  /** Of the longer axis, radians from x towards y, above -pi/2 up to pi/2. */
  angle: number;
}

/** W diag(sigma^2) W^T for rows W of components [2 or fewer, latent]: what q(z|x) is on a linear map. */
export function linearCovariance(
  components: Float32Array,
  logvar: ArrayLike<number>,
  latent: number,
): Covariance {
  const result = { xx: 0, xy: 0, yy: 0 };
  for (let i = 0; i < latent; i++) {
    const variance = Math.exp(logvar[i]!);
    const [x, y] = [components[i]!, components[latent + i] ?? 0];
    result.xx += x * x * variance;
    result.xy += x * y * variance;
    result.yy += y * y * variance;
  }
  return result;
}

/** Of places that are the code's first two dimensions; a code of one has no second. */
export function exactCovariance(logvar: ArrayLike<number>): Covariance {
  const [xx, yy] = [Math.exp(logvar[0]!), logvar.length > 1 ? Math.exp(logvar[1]!) : 0];
  return { xx, xy: 0, yy };
}

/** Of some places, divided by one less than there are. */
export function sampleCovariance(places: readonly (readonly number[])[]): Covariance {
  const n = places.length;
  const mean = (k: number) => places.reduce((sum, place) => sum + place[k]!, 0) / n;
  const [x, y] = [mean(0), mean(1)];
  const over = (f: (dx: number, dy: number) => number) =>
    places.reduce((sum, place) => sum + f(place[0]! - x, place[1]! - y), 0) / (n - 1);
  return { xx: over((dx) => dx * dx), xy: over((dx, dy) => dx * dy), yy: over((_, dy) => dy * dy) };
}

/** The ellipse that holds 95 % of a Gaussian of this covariance, or the line where that has but one direction. */
export function ellipseOf({ xx, xy, yy }: Covariance): Ellipse {
  const middle = (xx + yy) / 2;
  const apart = Math.hypot((xx - yy) / 2, xy);
  const least = middle - apart > 1e-9 * middle ? middle - apart : 0;
  return {
    major: (least > 0 ? radius95 : reach95) * Math.sqrt(middle + apart),
    minor: radius95 * Math.sqrt(least),
    angle: apart === 0 ? 0 : 0.5 * Math.atan2(2 * xy, xx - yy),
  };
}

/** How many of places [rows, dimensions] an ellipse around a place holds, by their first two dimensions; a line: by how far along they are. */
export function countWithin(
  places: Float32Array,
  dimensions: number,
  [x, y]: readonly [number, number],
  { major, minor, angle }: Ellipse,
): number {
  let count = 0;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let at = 0; at + 1 < places.length; at += dimensions) {
    const [dx, dy] = [places[at]! - x, places[at + 1]! - y];
    const along = (dx * cos + dy * sin) / major;
    const across = minor > 0 ? (dy * cos - dx * sin) / minor : 0;
    if (along * along + across * across <= 1) count++;
  }
  return count;
}
