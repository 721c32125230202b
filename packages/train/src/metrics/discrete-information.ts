/**
 * Numbers of equal-width bins from the smallest value to the largest, as numpy.histogram and numpy.digitize have them:
 * a bin holds its lower edge, the last one both. All in bin 0 where the values are the same.
 */
export function histogramBins(values: Float64Array, bins: number): Int32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const width = (high - low) / bins;
  if (!(width > 0)) return new Int32Array(values.length);
  return Int32Array.from(values, (value) => {
    let bin = Math.min(bins - 1, Math.floor((value - low) / width));
    while (bin > 0 && value < low + bin * width) bin--;
    while (bin < bins - 1 && value >= low + (bin + 1) * width) bin++;
    return bin;
  });
}

/** Numbers of the different values, 0, 1, ... in the order given. */
export function classNumbers(values: Float64Array, classes: readonly number[]): Int32Array {
  const numbers = new Map(classes.map((value, i) => [value, i]));
  return Int32Array.from(values, (value) => numbers.get(value)!);
}

/** H(a) = -sum p ln p of counted frequencies, nats. */
export function discreteEntropy(a: Int32Array): number {
  return discreteInformation(a, a);
}

/** I(a; b) = sum p(a, b) ln [p(a, b) / (p(a) p(b))] of counted frequencies, nats. Labels are whole numbers from 0. */
export function discreteInformation(a: Int32Array, b: Int32Array): number {
  const n = a.length;
  const wide = b.reduce((most, value) => Math.max(most, value), 0) + 1;
  const tall = a.reduce((most, value) => Math.max(most, value), 0) + 1;
  const joint = new Float64Array(tall * wide);
  const ofA = new Float64Array(tall);
  const ofB = new Float64Array(wide);
  for (let i = 0; i < n; i++) {
    joint[a[i]! * wide + b[i]!]!++;
    ofA[a[i]!]!++;
    ofB[b[i]!]!++;
  }
  let information = 0;
  for (let i = 0; i < tall; i++) {
    for (let j = 0; j < wide; j++) {
      const count = joint[i * wide + j]!;
      if (count > 0) information += (count / n) * Math.log((count * n) / (ofA[i]! * ofB[j]!));
    }
  }
  return Math.max(0, information);
}
