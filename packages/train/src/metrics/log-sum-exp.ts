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

/** Running ln sum exp, one per cell, in double precision: numbers come in one after another and none is kept. */
export class LogSums {
  private readonly largest: Float64Array;
  private readonly sums: Float64Array;

  constructor(cells: number) {
    this.largest = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY);
    this.sums = new Float64Array(cells);
  }

  add(cell: number, value: number): void {
    const most = this.largest[cell]!;
    if (value > most) {
      this.sums[cell] = this.sums[cell]! * Math.exp(most - value) + 1;
      this.largest[cell] = value;
    } else if (value > Number.NEGATIVE_INFINITY) {
      this.sums[cell]! += Math.exp(value - most);
    }
  }

  /** ln of the sum of exp of what was added; -Infinity before anything was. */
  value(cell: number): number {
    return this.largest[cell]! + Math.log(this.sums[cell]!);
  }

  clear(cell: number): void {
    this.largest[cell] = Number.NEGATIVE_INFINITY;
    this.sums[cell] = 0;
  }
}
