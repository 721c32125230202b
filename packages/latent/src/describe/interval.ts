/** A mean with its 95 % confidence interval. With one value only, all but `value` are NaN. */
export interface Estimate {
  value: number;
  standardError: number;
  /** value - t standardError */
  low: number;
  /** value + t standardError */
  high: number;
}

/**
 * Mean of independent values (one per example, or one per repeat with noise of its own) and its interval:
 * mean +- t s / sqrt(n), s^2 the sample variance (n - 1), t Student's 97.5 % quantile at n - 1 degrees of freedom.
 */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const n = values.length;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const delta = values[i]! - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i]! - mean);
  }
  return estimateAround(mean, n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1) / n), n - 1);
}

/** value +- t standardError, at so many degrees of freedom. */
export function estimateAround(value: number, standardError: number, freedom: number): Estimate {
  const half = freedom < 1 ? Number.NaN : studentQuantile(freedom) * standardError;
  return { value, standardError, low: value - half, high: value + half };
}

/** Of the normal distribution at 97.5 %. */
const z = 1.959963984540054;

/** At 1 to 20 degrees of freedom, where the series below is too coarse (scipy.stats.t.ppf(0.975, n)). */
const fewDegrees = [
  12.7062047362, 4.30265272975, 3.18244630528, 2.7764451052, 2.57058183564, 2.44691185114, 2.36462425159,
  2.3060041352, 2.2621571628, 2.22813885199, 2.20098516009, 2.17881282967, 2.16036865646, 2.14478668792,
  2.13144954556, 2.11990529922, 2.10981557783, 2.10092204024, 2.09302405441, 2.08596344727,
];

/** Student's t at 97.5 %: Abramowitz & Stegun 26.7.5. freedom: a whole number from 1 */
export function studentQuantile(freedom: number): number {
  if (freedom <= fewDegrees.length) return fewDegrees[freedom - 1]!;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const g4 = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160;
  return z + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3 + g4 / freedom ** 4;
}
