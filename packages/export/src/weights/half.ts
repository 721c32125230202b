/** IEEE 754 binary16 as its bits: 1 sign, 5 exponent, 10 fraction. Node has no Float16Array. */

/** Largest finite half. */
export const largestHalf = 65504;
/** Smallest half that has all 11 significant bits. */
export const smallestNormalHalf = 2 ** -14;

const view = new Float32Array(1);
const viewBits = new Uint32Array(view.buffer);

/**
 * The half nearest to a float32; ties go to the even one. Beyond 65519.99 it is infinite, below 2^-24 the steps are
 * 2^-24 (denormals), NaNs become one NaN.
 */
export function toHalf(value: number): number {
  view[0] = value;
  const bits = viewBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Normal in half: move the exponent's bias from 127 to 15, then round off 13 bits; a carry goes into the exponent.
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  // At most half of the smallest denormal, 2^-25: a tie with zero, which is even.
  if (size <= 0x33000000) return sign;
  const shift = 126 - (size >>> 23);
  const fraction = (size & 0x7fffff) | 0x800000;
  const rest = fraction & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  const whole = fraction >>> shift;
  return sign | (whole + (rest > tie || (rest === tie && whole & 1) ? 1 : 0));
}

/** The number that a half's bits stand for; every one is a float32 too. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

export function toHalves(values: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = toHalf(values[i]!);
  return halves;
}

let all: Float32Array | undefined;

export function fromHalves(halves: Uint16Array): Float32Array {
  // By a table: ten times as fast as number by number.
  all ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < values.length; i++) values[i] = all[halves[i]!]!;
  return values;
}
