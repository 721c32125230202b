/** Squared distances from 2^-40 to 2^40, 128 steps between powers of two. */
const lowestExponent = -40;
const exponents = 80;
const stepBits = 7;
const fractionBits = 23 - stepBits;
const firstStep = (lowestExponent + 127) << stepBits;
const stepCount = exponents << stepBits;

/**
 * The layout's forces by squared distance, from tables, since powers would take most of its time: a float32's bits less their lowest
 * 16 are the table's place, those 16 interpolate. Relative error below 4e-5; beyond the tables their ends.
 */
export interface Forces {
  /** -2 a b d^(2(b-1)) / (1 + a d^(2b)): times the difference, the gradient along an edge. */
  attraction: Float64Array;
  /** 2 b / ((0.001 + d^2) (1 + a d^(2b))): between a point and a random one. */
  repulsion: Float64Array;
}

export function forceTables(a: number, b: number): Forces {
  const attraction = new Float64Array(stepCount + 1);
  const repulsion = new Float64Array(stepCount + 1);
  for (let i = 0; i <= stepCount; i++) {
    const squared =
      2 ** (lowestExponent + (i >> stepBits)) * (1 + (i & ((1 << stepBits) - 1)) / (1 << stepBits));
    const spread = 1 + a * squared ** b;
    attraction[i] = (-2 * a * b * squared ** (b - 1)) / spread;
    repulsion[i] = (2 * b) / ((0.001 + squared) * spread);
  }
  return { attraction, repulsion };
}

const scratch = new Float32Array(1);
const bits = new Int32Array(scratch.buffer);

/** A table's value at a squared distance above 0. */
export function forceAt(table: Float64Array, squared: number): number {
  scratch[0] = squared;
  const all = bits[0]!;
  const place = (all >> fractionBits) - firstStep;
  if (place < 0) return table[0]!;
  if (place >= stepCount) return table[stepCount]!;
  const below = table[place]!;
  return below + (table[place + 1]! - below) * ((all & ((1 << fractionBits) - 1)) / (1 << fractionBits));
}
