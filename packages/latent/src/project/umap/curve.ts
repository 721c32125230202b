/** Points of the target curve, from 0 to three spreads. */
const samples = 300;

/**
 * a, b of 1 / (1 + a x^(2b)), the curve nearest (least squares) to 1 up to minDistance and exp(-(x - minDistance) / spread) beyond it:
 * how similar two points of an embedding at the distance x are (McInnes, Healy & Melville 2018, section 3.2). By Levenberg-Marquardt.
 */
export function fitCurve(minDistance: number, spread: number): { a: number; b: number } {
  const { a, b } = fitUnitCurve(minDistance / spread);
  return { a: a / spread ** (2 * b), b };
}

/** The curve for the spread 1. */
function fitUnitCurve(minDistance: number): { a: number; b: number } {
  let [a, b] = [1, 1];
  let damping = 1e-3;
  let best = normalEquations(a, b, minDistance);
  for (let step = 0; step < 500 && damping < 1e12; step++) {
    const { aa, ab, bb, ga, gb, error } = best;
    const [da, db] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = da * db - ab * ab;
    const nextA = a + (db * ga - ab * gb) / determinant;
    const nextB = b + (da * gb - ab * ga) / determinant;
    const next = nextA > 0 && nextB > 0 ? normalEquations(nextA, nextB, minDistance) : undefined;
    if (next === undefined || !(next.error <= error)) {
      damping *= 10;
      continue;
    }
    const settled = Math.abs(nextA - a) <= 1e-12 * a && Math.abs(nextB - b) <= 1e-12 * b;
    [a, b, best] = [nextA, nextB, next];
    damping /= 10;
    if (settled) break;
  }
  return { a, b };
}

/** J^T J, J^T r and r^T r of the curve's residuals, J with respect to a and b. */
function normalEquations(a: number, b: number, minDistance: number) {
  const sums = { aa: 0, ab: 0, bb: 0, ga: 0, gb: 0, error: 0 };
  for (let i = 0; i < samples; i++) {
    const x = (i * 3) / (samples - 1);
    const target = x < minDistance ? 1 : Math.exp(minDistance - x);
    const power = x ** (2 * b);
    const value = 1 / (1 + a * power);
    const residual = target - value;
    const byA = -power * value * value;
    const byB = x === 0 ? 0 : -2 * a * Math.log(x) * power * value * value;
    sums.aa += byA * byA;
    sums.ab += byA * byB;
    sums.bb += byB * byB;
    sums.ga += byA * residual;
    sums.gb += byB * residual;
    sums.error += residual * residual;
  }
  return sums;
}
