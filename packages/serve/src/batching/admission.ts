import { RequestError } from "../errors.js";

/**
 * How many rows may be waiting or running at once. What comes beyond that is answered at once with 429, so that those
 * who wait have not long to wait, and memory is bounded.
 */
export class Admission {
  private taken = 0;

  constructor(readonly limit: number) {}

  /** Rows that wait or run. */
  get rows(): number {
    return this.taken;
  }

  /** Before a body is read: whether there is room for anything. @throws RequestError (429) */
  checkRoom(): void {
    if (this.taken >= this.limit) throw this.overloaded();
  }

  /**
   * Do work on rows that are counted until it ends.
   * @throws RequestError 429 where there is no room now, 413 where there never is
   */
  async during<T>(rows: number, work: () => Promise<T>): Promise<T> {
    if (rows > this.limit) {
      throw new RequestError(413, `${rows} rows are more than the queue holds, ${this.limit}; send fewer`);
    }
    if (this.taken + rows > this.limit) throw this.overloaded();
    this.taken += rows;
    try {
      return await work();
    } finally {
      this.taken -= rows;
    }
  }

  private overloaded(): RequestError {
    return new RequestError(
      429,
      `the queue is full: ${this.taken} of ${this.limit} rows wait or run; try again later`,
      { "retry-after": "1" },
    );
  }
}
