import type { Contingency } from "./contingency.js";

/** Entropy in nats of labels that occur sizes[c] times. */
export function entropy(sizes: Int32Array, rows: number): number {
  if (sizes.length < 2) return 0;
  let sum = 0;
  for (let code = 0; code < sizes.length; code++) {
    const share = sizes[code]! / rows;
    sum -= share * Math.log(share);
  }
  return sum;
}

/** Mutual information in nats of two labellings, at least 0. */
export function labelInformation({ rows, a, b, first, second, count }: Contingency): number {
  let sum = 0;
  for (let entry = 0; entry < count.length; entry++) {
    const both = count[entry]!;
    const product = a.sizes[first[entry]!]! * b.sizes[second[entry]!]!;
    sum += (both / rows) * Math.log((both * rows) / product);
  }
  return sum > Number.EPSILON ? sum : 0;
}
