import { UsageError } from "../errors.js";
import { threefry2x32 } from "./threefry.js";

/** Who draws: each purpose has its own stream, so that more of one never shifts another. */
export type StreamName = "init" | "shuffle" | "noise" | "sample" | "binarize" | "validation" | "split";

export const wordsPerBlock = 2;
/** Keeps fork's counters apart from those that draw: no stream reaches position 2^63. */
const forkTag = 0xffffffff;

/**
 * The numbers that models take of a seeded, counter-based random stream: the word at a position depends on seed, name and position alone.
 * Its whole state is `position` (in 32-bit words), so a checkpoint stores one number.
 */
export class NoiseStream {
  private readonly k0: number;
  private readonly k1: number;
  protected readonly block = new Uint32Array(wordsPerBlock);

  /** seed: an integer from 0 of at most 53 bits. @throws UsageError for any other */
  constructor(
    readonly seed: number,
    readonly name: StreamName,
    public position = 0,
  ) {
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new UsageError(`seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
    }
    const key = new Uint32Array(wordsPerBlock);
    threefry2x32(seed | 0, Math.floor(seed / 2 ** 32) | 0, hash(name), 0, key);
    this.k0 = key[0]! | 0;
    this.k1 = key[1]! | 0;
  }

  /** An independent stream for item `index` (an epoch, a layer) of this one; it does not move this one. */
  fork(index: number): this {
    threefry2x32(this.k0, this.k1, index | 0, forkTag, this.block);
    const Stream = this.constructor as new (seed: number, name: StreamName) => this;
    return new Stream((this.block[0]! >>> 11) * 2 ** 32 + this.block[1]!, this.name);
  }

  /** Fill with uniform numbers in [0, 1), multiples of 2^-24. */
  uniform(out: Float32Array): Float32Array {
    this.position += this.position % wordsPerBlock;
    const { block } = this;
    for (let i = 0; i < out.length; i += wordsPerBlock) {
      this.fill(this.position / wordsPerBlock);
      this.position += wordsPerBlock;
      out[i] = (block[0]! >>> 8) / 2 ** 24;
      if (i + 1 < out.length) out[i + 1] = (block[1]! >>> 8) / 2 ** 24;
    }
    return out;
  }

  /** Fill with standard normal numbers (Box & Muller 1958); each pair of words makes a pair of normals. */
  normal(out: Float32Array): Float32Array {
    this.position += this.position % wordsPerBlock;
    const { block } = this;
    for (let i = 0; i < out.length; i += 2) {
      this.fill(this.position / wordsPerBlock);
      this.position += wordsPerBlock;
      const radius = Math.sqrt(-2 * Math.log((block[0]! + 0.5) / 2 ** 32));
      const angle = 2 * Math.PI * ((block[1]! + 0.5) / 2 ** 32);
      out[i] = radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  protected fill(counter: number): void {
    threefry2x32(this.k0, this.k1, counter | 0, Math.floor(counter / 2 ** 32) | 0, this.block);
  }
}

/** FNV-1a, 32 bits: turns a stream's name into a counter. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
