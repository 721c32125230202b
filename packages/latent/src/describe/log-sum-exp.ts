/** Terms this far below the largest are left out of a sum: exp(-45) = 3e-20 each. */
const negligible = 45;

/**
 * ln sum exp(values), nats, without the value at `left`. -Infinity is the logarithm of 0, and of an empty sum. The largest
 * is taken out, so that nothing overflows.
 */
export function logSumExp(values: ArrayLike<number>, left = -1): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (i !== left && values[i]! > most) most = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const below = values[i]! - most;
    if (i !== left && below > -negligible) sum += Math.exp(below);
  }
  return most + Math.log(sum);
}
