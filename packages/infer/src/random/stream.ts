import { NoiseStream, wordsPerBlock } from "./noise-stream.js";

export type { StreamName } from "./noise-stream.js";

/** A seeded, counter-based random stream with all that is drawn: noise for models, integers and orders for training. */
export class RandomStream extends NoiseStream {
  /** The next 32 random bits. */
  uint32(): number {
    const { block, position } = this;
    this.fill(Math.floor(position / wordsPerBlock));
    this.position = position + 1;
    return block[position % wordsPerBlock]!;
  }

  /** Uniform integers in [0, bound), without modulo bias (rejection). bound: 1 to 2^32 */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % bound;
  }

  /** A random order of 0 .. count-1 (Fisher & Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }
}
