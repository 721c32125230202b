/** Components as log densities are computed from them. */
export interface Factors {
  readonly components: number;
  readonly latent: number;
  /** [components, latent] */
  readonly means: Float64Array;
  /** ln of the weight times the normalizing constant of each component, nats. */
  readonly constants: Float64Array;
  /** Diagonals of the precision matrices C^-1, [components, latent]. */
  readonly precisions: Float64Array;
  /** Inverses L^-1 of the covariances' Cholesky factors, C = L L^T, [components, latent, latent]; none where C is diagonal. */
  readonly inverses?: Float64Array;
}

/**
 * ln(weight N(x; mean, C)) of rows from..to for each component, into [to - from, components], nats.
 * variances [rows, latent]: those of each row, whose expectation it then is: less tr(C^-1 S) / 2.
 */
export function logDensities(
  factors: Factors,
  data: Float32Array,
  variances: Float32Array | undefined,
  from: number,
  to: number,
  into: Float64Array,
): void {
  if (factors.inverses) triangular(factors, factors.inverses, data, from, to, into);
  else weighted(factors, data, from, to, into);
  if (variances) addTraces(factors, variances, from, to, into);
}

/** Four rows at once, so that each number of L^-1 is loaded for four products. */
function triangular(
  { components, latent, means, constants }: Factors,
  inverses: Float64Array,
  data: Float32Array,
  from: number,
  to: number,
  into: Float64Array,
): void {
  const differences = new Float64Array(4 * latent);
  const last = to - 1;
  for (let row = from; row < to; row += 4) {
    // Rows behind the last are the last once more.
    const second = Math.min(row + 1, last);
    const third = Math.min(row + 2, last);
    const fourth = Math.min(row + 3, last);
    for (let c = 0; c < components; c++) {
      for (let j = 0; j < latent; j++) {
        const mean = means[c * latent + j]!;
        differences[4 * j] = data[row * latent + j]! - mean;
        differences[4 * j + 1] = data[second * latent + j]! - mean;
        differences[4 * j + 2] = data[third * latent + j]! - mean;
        differences[4 * j + 3] = data[fourth * latent + j]! - mean;
      }
      let squareA = 0;
      let squareB = 0;
      let squareC = 0;
      let squareD = 0;
      for (let i = 0; i < latent; i++) {
        const start = (c * latent + i) * latent;
        let a = 0;
        let b = 0;
        let e = 0;
        let f = 0;
        for (let j = 0, at = 0; j <= i; j++, at += 4) {
          const l = inverses[start + j]!;
          a += l * differences[at]!;
          b += l * differences[at + 1]!;
          e += l * differences[at + 2]!;
          f += l * differences[at + 3]!;
        }
        squareA += a * a;
        squareB += b * b;
        squareC += e * e;
        squareD += f * f;
      }
      const constant = constants[c]!;
      into[(fourth - from) * components + c] = constant - squareD / 2;
      into[(third - from) * components + c] = constant - squareC / 2;
      into[(second - from) * components + c] = constant - squareB / 2;
      into[(row - from) * components + c] = constant - squareA / 2;
    }
  }
}

function weighted(
  { components, latent, means, precisions, constants }: Factors,
  data: Float32Array,
  from: number,
  to: number,
  into: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    const base = row * latent;
    for (let c = 0; c < components; c++) {
      const start = c * latent;
      let square = 0;
      for (let j = 0; j < latent; j++) {
        const difference = data[base + j]! - means[start + j]!;
        square += difference * difference * precisions[start + j]!;
      }
      into[(row - from) * components + c] = constants[c]! - square / 2;
    }
  }
}

function addTraces(
  { components, latent, precisions }: Factors,
  variances: Float32Array,
  from: number,
  to: number,
  into: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    for (let c = 0; c < components; c++) {
      let trace = 0;
      for (let j = 0; j < latent; j++) trace += precisions[c * latent + j]! * variances[row * latent + j]!;
      into[(row - from) * components + c]! -= trace / 2;
    }
  }
}

/**
 * Log densities [rows, components] of the components become responsibilities in place, by log-sum-exp;
 * the rows' log densities go into `totals` from `at` on. Returns the sum of these.
 */
export function normalize(
  values: Float64Array,
  rows: number,
  components: number,
  totals?: Float64Array,
  at = 0,
): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * components;
    let most = values[start]!;
    for (let c = 1; c < components; c++) most = Math.max(most, values[start + c]!);
    let total = 0;
    for (let c = 0; c < components; c++) {
      const share = Math.exp(values[start + c]! - most);
      values[start + c] = share;
      total += share;
    }
    for (let c = 0; c < components; c++) values[start + c]! /= total;
    const density = most + Math.log(total);
    if (totals) totals[at + row] = density;
    sum += density;
  }
  return sum;
}
