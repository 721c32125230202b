import { UsageError } from "./errors.js";

/**
 * A seeded stream of random numbers, xoshiro128** (Blackman & Vigna 2021), seeded by splitmix32. Projections draw hundreds of millions
 * of numbers in their inner loops and never need to jump to a position, as training's counter-based stream does.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private spare = Number.NaN;

  /** seed: an integer from 0 of at most 53 bits. @throws UsageError for any other */
  constructor(seed: number) {
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new UsageError(`seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
    }
    let state = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1);
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return word ^ (word >>> 15);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next() | 1;
  }

  /** The next 32 random bits. */
  uint32(): number {
    const seven = Math.imul(this.b, 5);
    const word = Math.imul((seven << 7) | (seven >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return word >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer in [0, bound), bound 1 to 2^32; by rejection, without modulo bias. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % bound;
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    const { spare } = this;
    if (!Number.isNaN(spare)) {
      this.spare = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 0.5) / 2 ** 32));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** `count` different integers of 0 .. bound - 1, in random order (Fisher & Yates). */
  choose(count: number, bound: number): Int32Array {
    const order = Int32Array.from({ length: bound }, (_, i) => i);
    for (let i = 0; i < count; i++) {
      const j = i + this.below(bound - i);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order.subarray(0, count);
  }
}
