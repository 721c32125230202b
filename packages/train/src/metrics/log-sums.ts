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
