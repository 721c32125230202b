/**
 * Running ln sum exp, one per cell, in double precision: numbers come in one after another and none is kept.
 * m + ln sum exp(v - m) with m the largest so far, so nothing overflows. -Infinity is the logarithm of 0.
 */
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

/** ln sum exp(values), nats */
export function logSumExp(values: ArrayLike<number>): number {
  const sums = new LogSums(1);
  for (let i = 0; i < values.length; i++) sums.add(0, values[i]!);
  return sums.value(0);
}

/** ln of the mean of exp(values), nats */
export function logMeanExp(values: ArrayLike<number>): number {
  return logSumExp(values) - Math.log(values.length);
}
